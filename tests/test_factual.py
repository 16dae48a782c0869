# The factual scorer: four criteria, partial agreement, and the pocket world's scene graph.
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gap_core.evaluation.factual import score_answer
from gap_core.evaluation.factual_check import check_scorer, measure_photo_answers, reworded
from gap_core.evaluation.focus import focus_of, sure_focus_of
from gap_core.language.case_files import scored_cases
from gap_core.pocket_world.edition import BASIC


@pytest.mark.parametrize(
    ("question", "answer", "reference", "score"),
    [
        ("How many rear tires?", "2", "Two rear tires are visible, therefore the number is two", 1),
        ("How many tires?", "There are three.", "Two tires are visible.", 0),
        ("Where is the dog?", "left", "The dog is on the left side.", 1),
        ("Where is the dog?", "The dog is on the right.", "The dog is on the left.", 0),
        ("What colour is the car?", "navy", "The car is dark blue.", 1),
        ("Is there a cat?", "yes", "No, there is no cat.", 0),
        ("How many dogs?", "I can't tell.", "Two", 0),
    ],
)
def test_answers_are_scored_by_their_facts(question, answer, reference, score):
    assert score_answer(answer, reference, question=question).score == score


def test_partial_agreement_lies_between():
    scored = score_answer("a red car and a blue bus", "a red car and a green bus")
    assert 0 < scored.score < 0.9 and scored.criteria["colour"] == 0.5
    assert scored.criteria["existence"] == 1 and scored.is_right is False


def test_what_states_nothing_readable_is_unscored():
    scored = score_answer("plumbing work", "He is fixing the tap.", question="What is he doing?")
    assert (scored.score, scored.is_right, scored.criteria) == (None, None, {})


WINDOWS = "There are four windows upstairs and two downstairs, which makes six windows in total."
LONG_REFERENCES = [
    ("How many windows does the house have?", WINDOWS, "six", "four"),
    ("How many people?", "There are three people: two men and one woman.", "3", "two"),
    ("How many legs?", "Only three of the four legs show because one is hidden.", "3", "four"),
    ("How many dogs?", "There are two dogs, and three cats.", "two", "three"),
    ("What colour is the tie?", "He wears a white shirt with a dark blue tie.", "blue", "white"),
    ("What colour is the hat?", "The hat is red while the other one is green.", "red", "green"),
]
# Of these no part can be taken: what is left out may be asked for too.
WHOLE_REFERENCES = [
    ("How many animals?", "There are two dogs, and three cats.", "two"),
    ("How many wheels?", "Two wheels on the left, three on the right.", "two"),
    ("How many wheels?", "Two on the left, one in the middle, one on the right.", "two"),
    ("How many stand and how many sit?", "Three people stand, two sit.", "three"),
    ("What colour is the cat?", "The cat is black, white and orange.", "black"),
    ("What colour is the cat?", "The cat is black and white.", "black"),
    ("What colours are there?", "The car is red, the bus is blue.", "red"),
    ("Where are the dogs?", "One dog is on the left, one is on the right.", "left"),
]


@pytest.mark.parametrize(("question", "reference", "right", "wrong"), LONG_REFERENCES)
def test_long_reference_counts_by_what_was_asked(question, reference, right, wrong):
    # Only the answer was cut to what was asked, so "six" was wrong.
    assert score_answer(right, reference, question=question).score == 1
    assert score_answer(wrong, reference, question=question).is_right is False


@pytest.mark.parametrize(("question", "reference", "half"), WHOLE_REFERENCES)
def test_half_of_a_long_reference_is_no_right_answer(question, reference, half):
    assert sure_focus_of(reference, question) == reference
    assert score_answer(half, reference, question=question).is_right is False


def test_long_references_are_met_by_short_answers():
    cases = scored_cases("photo_answers")
    swapped = [score_answer(c.reference, c.answer, question=c.question).is_right for c in cases]
    right = [found for found, case in zip(swapped, cases, strict=True) if case.is_right]
    wrong = [found for found, case in zip(swapped, cases, strict=True) if not case.is_right]
    assert (right.count(True), len(right)) == (34, 37)
    assert wrong.count(True) == 0 and len(wrong) == 28


@pytest.mark.parametrize("answer", ["", " ", ".", "...", "?!"])
@pytest.mark.parametrize("question", ["What colour is it?", "How many?", "What is he doing?"])
def test_empty_answer_is_wrong_and_never_unscored(answer: str, question: str):
    # The first part of an answer without any was asked for, and evaluation fell over.
    assert score_answer(answer, "He is fixing the red tap.", question=question).score == 0
    assert focus_of(answer, question) == answer


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=40))
def test_scores_lie_between_nought_and_one(answer, reference, question):
    scored = score_answer(answer, reference, question=question)
    assert scored.score is None or 0 <= scored.score <= 1
    assert all(0 <= share <= 1 for share in scored.criteria.values())


def test_the_scorer_agrees_with_the_scene_graph():
    report = check_scorer(BASIC, scenes=12, seed=9)
    assert min(report.right.share.n, report.wrong.share.n) >= 150
    assert report.balanced_accuracy >= 0.97


def test_the_check_counts_a_blind_scorer_as_chance(monkeypatch):
    # A check that could not fail would prove nothing.
    blind = score_answer("two", "two")
    monkeypatch.setattr("gap_core.evaluation.factual_check.score_answer", lambda *a, **k: blind)
    report = check_scorer(BASIC, scenes=3)
    assert (report.right.share.mean, report.wrong.share.mean) == (1.0, 0.0)
    assert report.balanced_accuracy == 0.5 and report.misses


def test_rewording_keeps_the_statement():
    said = {reworded("There are two dogs.", random.Random(seed)) for seed in range(20)}
    assert said == {"There are 2 dogs.", "two dogs", "In the picture, there are two dogs."}


@pytest.mark.parametrize(("table", "most"), [("photo_answers", 2), ("photo_heldout", 2)])
def test_answers_as_people_write_them_on_photographs_are_scored(table: str, most: int):
    found = measure_photo_answers(table)
    assert found.right.n >= 45 and len(found.misses) <= most, found.misses


@pytest.mark.parametrize(
    ("question", "answer", "focus"),
    [
        ("How many cows?", "Two stand and one lies, so there are three.", "there are three."),
        ("How many legs?", "Only three of the four legs show.", "only three legs show."),
        ("What colour is the tie?", "A white shirt with a dark blue tie.", "a dark blue tie."),
        ("Is it red?", "It is blue, so no.", "It is blue, so no."),
        ("How many cows?", "So.", "so."),
    ],
)
def test_focus_is_what_answers_the_question(question: str, answer: str, focus: str):
    assert focus_of(answer, question) == focus
