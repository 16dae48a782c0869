# Equivalence of answers: the table of hard cases, held-out pairs, and what holds for any text.
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gap_core.language import are_equivalent
from gap_core.language.case_files import PairCase, pair_cases

HARD = pair_cases("equivalence")
TEXTS = st.one_of(
    st.text(max_size=60),
    st.lists(
        st.sampled_from(
            "no not yes a the two 3 dozen dog cats red navy left right of is on it , . but maybe "
            "never can't tell 3:30 pm half past to cars STOP".split()
        ),
        max_size=12,
    ).map(" ".join),
)


@pytest.mark.parametrize("case", HARD, ids=lambda case: f"{case.first} ~ {case.second}"[:70])
def test_hard_cases_are_judged_as_the_table_says(case: PairCase) -> None:
    assert are_equivalent(case.first, case.second, question=case.question) is case.expected


def test_the_table_has_enough_of_each_verdict() -> None:
    counts = {v: sum(case.expected is v for case in HARD) for v in (True, False, None)}
    assert len(HARD) >= 150
    assert min(counts[True], counts[False]) >= 50 and counts[None] >= 8


def test_an_essay_is_not_judged() -> None:
    numbers = " ".join(str(number) for number in range(1_000, 1_400))
    assert are_equivalent(numbers, numbers + " 7") is None


def test_held_out_pairs_are_judged_mostly_right() -> None:
    held_out = pair_cases("equivalence_heldout")
    verdicts = [are_equivalent(c.first, c.second, question=c.question) for c in held_out]
    right = sum(got is case.expected for got, case in zip(verdicts, held_out, strict=True))
    assert len(held_out) >= 75 and right / len(held_out) >= 0.85
    assert not set(HARD) & set(held_out)


@given(TEXTS, TEXTS, TEXTS)
def test_order_does_not_matter(first: str, second: str, question: str) -> None:
    forward = are_equivalent(first, second, question=question)
    assert are_equivalent(second, first, question=question) is forward


@given(TEXTS, TEXTS)
def test_every_text_is_equivalent_to_itself(text: str, question: str) -> None:
    assert are_equivalent(text, text, question=question) is True


@given(TEXTS)
def test_capitals_and_a_stop_at_the_end_change_nothing(text: str) -> None:
    lowered = text.lower()
    assert are_equivalent(lowered, lowered.capitalize() + ".") is not False


@pytest.mark.parametrize(
    "part", ["a", "no ", "1", "two ", "not a red dog left of ", "it's ", "(", "3:30 to ", "é'"]
)
def test_ten_thousand_characters_take_no_quadratic_time(part: str) -> None:
    # A pattern that goes back and forth would need minutes here.
    start = time.perf_counter()
    are_equivalent((part * 10_000)[:10_000], (part * 10_000)[:9_999], question="How many?")
    assert time.perf_counter() - start < 5.0
