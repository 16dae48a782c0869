# The guard between an expert's answer and its refinement.
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gap_core.language import FactChange, changed_facts
from gap_core.language.case_files import ChangeCase, change_cases


@pytest.mark.parametrize("case", change_cases(), ids=lambda case: f"{case.before} > {case.after}")
def test_rewritings_are_judged_as_the_table_says(case: ChangeCase) -> None:
    changes = changed_facts(case.before, case.after, question=case.question)
    kinds = {change.kind for change in changes}
    assert kinds >= case.kinds and bool(kinds) == bool(case.kinds)


def test_a_change_shows_the_words_before_and_after() -> None:
    assert changed_facts("2 dogs", "There are three dogs.", question="How many dogs?") == (
        FactChange("number", "2", "three"),
    )


def test_what_the_question_says_may_be_repeated() -> None:
    question = "How many red cars are on the left?"
    assert changed_facts("2", "Two red cars are on the left.", question=question) == ()
    assert changed_facts("2", "Two blue cars are on the left.", question=question) == (
        FactChange("colour", "", "blue"),
    )


@given(st.text(max_size=80), st.text(max_size=40))
def test_an_unchanged_text_has_no_changes(text: str, question: str) -> None:
    assert changed_facts(text, text, question=question) == ()


@given(st.integers(2, 99), st.integers(2, 99))
def test_every_changed_number_is_found(before: int, after: int) -> None:
    changes = changed_facts(f"There are {before} dogs.", f"I see {after} dogs.")
    assert bool(changes) == (before != after)


def test_an_essay_is_marked_as_not_checked() -> None:
    numbers = " ".join(str(number) for number in range(1_000, 1_400))
    assert [change.kind for change in changed_facts(numbers, numbers + " 7")] == ["length"]


def test_a_long_text_takes_no_quadratic_time() -> None:
    start = time.perf_counter()
    changed_facts("Anna sees 2 red dogs. " * 450, "Tom saw 3 blue cats. " * 450)
    assert time.perf_counter() - start < 5.0


@pytest.mark.parametrize(
    ("before", "after", "kinds"),
    [
        ("he hasnt a hat", "He has a hat.", {"negation"}),
        ("they werent there", "They were there.", {"negation"}),
        ("he wont jump", "He will jump.", {"negation"}),
        ("it isn´t wet", "It is wet.", {"negation"}),
        ("-5 degrees", "It is 5 degrees.", {"number"}),
        ("-5 degrees", "It is minus 5 degrees.", set()),
        (".5 m", "It is 0.5 m.", set()),
        (".5 m", "It is 5 m.", {"number"}),
        ("<20 people", ">20 people", {"number"}),
        ("<20 people", "There are less than 20 people.", set()),
        ("1" * 400, f"It is {'1' * 400}.", set()),  # beyond what a float can hold
        ("hundred " * 200, "It is one.", {"number"}),
    ],
)
def test_denials_and_numbers_in_any_spelling(before: str, after: str, kinds: set[str]) -> None:
    found = changed_facts(before, after, question="What is it like?")
    assert {change.kind for change in found} == kinds
