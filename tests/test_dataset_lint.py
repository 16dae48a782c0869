# Each rule on what it is for, and on what it must let pass.
from __future__ import annotations

import pytest

from gap_core.dataset.lint import lint_sample
from gap_core.dataset.personal import personal_words
from gap_core.language.case_files import category_cases, change_cases
from gap_core.pocket_world.wordings import OFF_TOPIC
from tests.fixtures_dataset import made_sample

BROKEN = [
    ("How many dogs are there?", "I can't tell.", {"refusal"}),
    ("What colour is the hat?", "The image does not provide enough detail.", {"refusal"}),
    ("What colour is the hat?", "It appears to be blue.", {"hedge"}),
    ("What colour is the dog?", "There is no dog.", {"premise"}),
    ("How many cats are on the sofa?", "There is no sofa.", {"premise"}),
    ("How many dogs are there?", "No, there are only cats.", {"premise"}),
    ("What is on the red table?", "The table is blue.", {"premise"}),
    ("What are the three dogs doing?", "The two dogs are sleeping.", {"premise"}),
    ("How many red cars are there?", "There are two blue cars.", {"premise"}),
    ("What colour is the car? tell me if you can", "There is no car.", {"premise"}),
    ("How many of the cars are near the bench?", "There is no bench.", {"premise"}),
    ("What does the sign say?", "No, there is no sign.", {"premise"}),
    ("What does the shirt say?", "I don't know", {"refusal"}),
    ("What is the number?", "12-34-5678 90", {"personal"}),
    ("Who won the world cup in 1954?", "Germany", {"off-picture"}),
    ("Who wrote Hamlet?", "Shakespeare", {"off-picture"}),
    ("who invented the telephone", "A man.", {"off-picture"}),
    ("See the dogs? how many red dogs are there?", "There are two blue dogs.", {"premise"}),
    ("Which of the dogs is bigger, do you agree?", "There are no dogs.", {"premise"}),
    ("Wie viele Hunde sind da?", "Three.", {"language"}),
    ("How many dogs are there?", "Dos perros.", {"language"}),
    ("What is on the left?", "asdf jklo qwerx", {"language"}),
    ("What is on the left?", "左边有一只狗", {"language"}),
    ("Who is it?", "His name is Peter.", {"personal"}),
    ("What is written on the van?", "Call +49 170 1234567", {"personal"}),
    ("<image>How many dogs are there?", "Three.", {"markup"}),
    ("How many dogs are there?", "Three <|im_end|>", {"markup"}),
    ("How many dogs are there?", "See https://dogs.example/three", {"markup"}),
    ("...", "Three.", {"empty"}),
    ("How many dogs are there?", " !? ", {"empty"}),
    ("Tell me a joke.", "A dog walks in.", {"off-picture"}),
]
SOUND = [
    ("Is the sky clear?", "No, the sky is not clear."),
    ("How many cats are on the sofa?", "There are no cats."),
    ("What is the man holding?", "Nothing."),
    ("Where is the dog?", "The dog is not on the sofa, it is on the chair."),
    ("Would you say the table is green?", "No, the table is black."),
    ("Is the car red?", "No, it is blue."),
    ("got any apples?", "No, there is no apple."),
    ("a flower?", "No, there is no flower."),
    ("What date is on the photo?", "01/02/2019 12:30"),
    ("What is the ISBN on the book?", "978-3-16-148410-0"),
    ("What is the man's jersey number?", "No. 10"),
    ("What does the sign say?", "No, thanks"),
    ("What does the shirt say?", 'The shirt says "I don\'t know"'),
    ("What is the date on the calendar?", "May 3"),
    ("Who won the race in the picture?", "The boy."),
    ("barrels: how many?", "There are no barrels."),
    ("clocks count?", "There are no clocks."),
    ("What's the total of balloons?", "There are no balloons."),
    ("How many of them are lamps?", "There are no lamps."),
    ("Tell me if there is a woman", "No, there is no woman."),
    ("Can you say whether the picture has a dog?", "No, there is no dog."),
    ("i think i see a cake, do you?", "No, there is no cake."),
    ("I believe the cat is orange. Am I right", "The cat is brown, so no."),
    ("What does the sign say?", "Hofbräuhaus"),
    ("What does the sign say?", "停车"),
    ("What does the sign say?", "The sign says 'Boulangerie du Marché'."),
    ("How many wheels does the red car have?", "The red car has four wheels."),
    ("What time is shown on the clock?", "3:45"),
    ("What number is on the jersey?", "23"),
    ("Who is the king in this picture?", "The man with the crown."),
    ("Do you think the man is sad?", "Yes, he is crying."),
    ("Who wrote the book that lies on the table?", "The cover says Jane Austen."),
    ("How many seeds are there?", "1,234,567,890"),
]


def rules_broken(question: str, answer: str) -> set[str]:
    return {one.rule for one in lint_sample(made_sample(question=question, answer=answer))}


@pytest.mark.parametrize(("question", "answer", "rules"), BROKEN)
def test_broken_sample_is_found_by_its_rule(question: str, answer: str, rules: set[str]) -> None:
    assert rules_broken(question, answer) == rules


@pytest.mark.parametrize(("question", "answer"), SOUND)
def test_sound_sample_passes(question: str, answer: str) -> None:
    assert rules_broken(question, answer) == set()


def test_most_questions_off_the_picture_are_found() -> None:
    missed = [one for one in OFF_TOPIC if "off-picture" not in rules_broken(one, "Three dogs.")]
    assert len(missed) <= len(OFF_TOPIC) // 10, missed


@pytest.mark.parametrize(
    "text",
    [
        "a.b@c.example",
        "@some_body",
        "GB29 NWBK 6016 1331 9268 19",
        "4111 1111 1111 1111",
        "(030) 1234 5678",
        "192.168.0.12",
        "my phone number is on it",
    ],
)
def test_personal_data_is_found(text: str) -> None:
    assert personal_words(f"It says {text} there") != ""


@pytest.mark.parametrize(
    "text", ["2026", "12,345,678", "4111 1111 1111 1112", "route 66", "3.14159", "10:30", "1-2-3"]
)
def test_other_numbers_are_no_personal_data(text: str) -> None:
    assert personal_words(f"It says {text} there") == ""


def test_questions_of_people_are_not_off_the_picture() -> None:
    asked = [
        one.question for name in ("dev", "heldout") for one in category_cases(f"category_{name}")
    ]
    wronged = [one for one in asked if rules_broken(one, "Two.") & {"off-picture", "language"}]
    assert len(asked) > 400
    assert wronged == []


def test_few_sound_answers_are_called_contradictions() -> None:
    pairs = [(one.question, one.before) for one in change_cases() if one.question]
    wronged = [pair for pair in pairs if rules_broken(*pair) & {"premise", "language"}]
    assert len(pairs) > 50
    assert len(wronged) <= len(pairs) // 50, wronged
