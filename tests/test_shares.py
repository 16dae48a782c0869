"""Shares and their intervals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gap_core.scoring.shares import clustered_share_of, share_of


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


def test_clusters_all_alike_give_the_interval_of_single_draws():
    hits, n = np.array([1] * 30 + [0] * 70), np.ones(100, dtype=int)
    assert clustered_share_of(hits, n)[2:] == pytest.approx(share_of(30, 100)[2:])


def test_clusters_that_stick_together_count_as_few():
    together = clustered_share_of(np.array([10] * 3 + [0] * 7), np.full(10, 10))
    assert together[2:] == pytest.approx(share_of(3, 10)[2:])
    assert together[:2] == (30, 100)


def test_no_trials_in_any_cluster_is_not_measured():
    assert clustered_share_of(np.zeros(3), np.zeros(3)).mean is None


def test_all_hits_in_every_cluster_leave_doubt_by_the_number_of_clusters():
    assert clustered_share_of(np.full(5, 9), np.full(5, 9)).low == pytest.approx(share_of(5, 5).low)
