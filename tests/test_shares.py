"""Shares and their intervals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gap_core.scoring.shares import share_of


def test_wilsons_interval_of_a_known_share():
    # Newcombe 1998, table I: 81 of 263.
    share = share_of(81, 263)
    assert (round(share.low, 4), round(share.high, 4)) == (0.2553, 0.3662)


@given(st.integers(0, 500), st.integers(1, 500))
def test_the_interval_holds_the_share_and_stays_a_share(hits, n):
    if hits > n:
        return
    share = share_of(hits, n)
    assert 0 <= share.low <= share.mean <= share.high <= 1


def test_nothing_counted_is_not_measured_rather_than_zero():
    assert str(share_of(0, 0)) == "not measured, n=0"


@pytest.mark.parametrize(("hits", "n"), [(-1, 5), (6, 5)])
def test_impossible_counts_are_refused(hits, n):
    with pytest.raises(ValueError, match="no share"):
        share_of(hits, n)
