# Numbers that judges write, and letters that models choose.
import pytest

from gap_core.evaluation.choice import chosen_letter, options_of, score_choice
from gap_core.evaluation.judge_reply import read_score

ASKED = "What animal is it?\nA. a cat\nB. a dog\nC. a horse\nD. a bird"


@pytest.mark.parametrize(
    ("reply", "score"),
    [
        ("0.75", 0.75),
        ("1", 1.0),
        (" 0 \n", 0.0),
        (".5", 0.5),
        ("0,25", 0.25),
        ("Score: 0.8", 0.8),
        ("**1.0**", 1.0),
        ("3/4", 0.75),
        ("75%", 0.75),
        ("7 out of 10", 0.7),
        ("1/1.", 1.0),
        ("The answer agrees in all of them: 1", 1.0),
        ("<think>maybe 0.2 or 0.4</think>0.5", 0.5),
        ("existence 1, position 0, count 1, colour 1; final score: 0.75", 0.75),
        ("0.5 (half of it, so 0.5)", 0.5),
        # The scale is no score: 0 was read in the first six.
        ("Number from 0 to 1: 0.5", 0.5),
        ("**Number from 0 to 1:** 1", 1.0),
        ("Score (0 to 1): 0.8", 0.8),
        ("Score (0.0-1.0): 0.8", 0.8),
        ("Score between 0 and 1: 0.9", 0.9),
        ("Score in [0, 1]: 0.7", 0.7),
        ("The number, from 0 to 1, is 0.5", 0.5),
        ("On a scale from 0 to 1, I rate it 0.8", 0.8),
        ("0–1: 1", 1.0),
        ("It says 2-3 dogs. Score: 0.5", 0.5),
    ],
)
def test_number_is_read_however_it_is_written(reply, score):
    assert read_score(reply) == pytest.approx(score)


@pytest.mark.parametrize(
    "reply",
    [
        *("", "good", "8", "-1", "0.2 or 0.9", "1 0", "1.5", "2/0", "120%", "0.3.1", "<think>0.5"),
        *("0.5-0.7", "Score: 0.5 to 0.7", "0.5–0.7/1", "between 0.5 and 0.7", "0 to 1", "0-1"),
        *("Score (0 to 10): 1", "from 1 to 5: 1", "50-70%", "Score (0 to 1):"),
    ],
)
def test_number_that_can_be_read_in_no_single_way_is_none(reply):
    assert read_score(reply) is None


def test_options_are_found_on_lines_and_in_a_row():
    assert options_of(ASKED) == {"A": "a cat", "B": "a dog", "C": "a horse", "D": "a bird"}
    assert options_of("Which? (A) red, (B) dark blue") == {"A": "red", "B": "dark blue"}
    assert options_of("Is vitamin B. in it?") == {}


@pytest.mark.parametrize(
    ("question", "options"),
    [
        ("What is shown? A. dog B. cat C. fox", {"A": "dog", "B": "cat", "C": "fox"}),
        ("Which? A) red B) dark blue", {"A": "red", "B": "dark blue"}),
        ("Which?\nA. dog B. cat\nAnswer briefly.", {"A": "dog", "B": "cat"}),
        ("Choose one letter. (A) red (B) blue", {"A": "red", "B": "blue"}),
        ("Which? A. dog, B. cat C. fox", {"A": "dog", "B": "cat", "C": "fox"}),
        ("Who? A. T. S. Eliot B. J. Joyce", {"A": "T. S. Eliot", "B": "J. Joyce"}),
        ("What is it: A. dog or B. cat?", {"A": "dog", "B": "cat?"}),
        # Initials in names are no options.
        ("Who is older? A. Smith or B. Jones?", {}),
        ("Did A. Smith paint B. Jones and C. Miller?", {}),
        ("Is it Dr. A. Smith or Dr. B. Jones?", {}),
        ("Who signed it? A. B. Smith?", {}),
        ("Which? A. dog B. cat B. fox", {}),
        ("Which? B. dog C. cat", {}),
    ],
)
def test_options_behind_spaces_are_found_and_initials_are_none(question, options):
    assert options_of(question) == options


@pytest.mark.parametrize(
    ("answer", "letter"),
    [
        ("B", "B"),
        ("b.", "B"),
        ("(C)", "C"),
        ("The answer is D.", "D"),
        ("Answer: A", "A"),
        ("B. a dog", "B"),
        ("I think it is a dog", "B"),
        ("It is a dog, so option B", "B"),
        ("A dog.", "B"),
        ("A", "A"),
        ("A or B", None),
        ("E", None),
        ("no idea", None),
        # An article is no letter, whatever stands before it.
        ("The answer is a dog.", "B"),
        ("I choose a bird", "D"),
        ("My answer would be a horse", "C"),
        ("Answer: A bird", "D"),
        ("To answer a question like this is hard", None),
        ("The answer is a.", "A"),
        ("The answer is A because of its tail.", "A"),
        ("Option A shows it.", "A"),
        ("the answer is b", "B"),
        # What is denied is not chosen.
        ("Option A is wrong, so B.", "B"),
        ("Not B, but C", "C"),
        ("C is not shown and D isn't either, so (B).", "B"),
        ("C isn't right. B", "B"),
        ("The answer is not B", None),
        ("It is a dog, not a cat.", "B"),
        ("It's not a dog.", None),
    ],
)
def test_letter_is_read_however_it_is_written(answer, letter):
    assert chosen_letter(answer, options_of(ASKED)) == letter


def test_choosing_nothing_is_wrong_and_a_question_without_options_is_unscored():
    assert score_choice("B", "B. a dog", ASKED) == 1.0
    assert score_choice("C", "B", ASKED) == 0.0
    assert score_choice("hard to say", "B", ASKED) == 0.0
    assert score_choice("B", "B", "What animal is it?") is None
