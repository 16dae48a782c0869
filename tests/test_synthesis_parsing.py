# What models make of "reply with JSON alone", and what is made of that.
from __future__ import annotations

import pytest

from gap_core.synthesis.agreeing import is_same_answer
from gap_core.synthesis.model_synthesizer import MultiHopReply, SubQuestionsReply, reply_schema
from gap_core.synthesis.parsing import UnreadableReply, read_answer, read_record

WHOLE = '{"thinking": "First one, then two.", "multihop_question": "How many are there?", '
WHOLE += '"multihop_answer": "three"}'


@pytest.mark.parametrize(
    "reply",
    [
        WHOLE,
        f"```json\n{WHOLE}\n```",
        f"Sure, {{as asked}}:\n{WHOLE}\nShall I go on?",
        f"<think>Say {{no}} more.</think>{WHOLE}",
        WHOLE.replace("First one, then two.", "First one,\nthen two."),
        WHOLE.replace('"three"}', '"three",}'),
        WHOLE.replace('"', "'"),
        WHOLE.replace('"three"', "3"),
        WHOLE.replace('{"thinking"', '{"original_question": "Who?", "thinking"'),
    ],
)
def test_object_is_found_whatever_stands_around_it(reply: str) -> None:
    found = read_record(reply, MultiHopReply)

    assert found.multihop_question == "How many are there?"
    assert found.multihop_answer in ("three", "3")


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        ("", "no JSON"),
        ("I can't see the picture.", "no JSON"),
        (WHOLE[: len(WHOLE) // 2], "cut off"),
        (WHOLE[:-1], "cut off"),
        ('{"thinking": "First one, then two."}', "wrong fields"),
        (WHOLE.replace("three", ""), "wrong fields"),
        ("[" * 5000, "no JSON"),
    ],
)
def test_reply_that_can_not_be_used_is_named(reply: str, reason: str) -> None:
    # A library that completes half an object would hand on half an answer as a whole one.
    with pytest.raises(UnreadableReply) as failure:
        read_record(reply, MultiHopReply)
    assert failure.value.reason == reason


def test_one_sub_question_is_too_few() -> None:
    with pytest.raises(UnreadableReply, match="sub_questions"):
        read_record('{"sub_questions": [{"question": "Who?", "answer": "Ada"}]}', SubQuestionsReply)


def test_schema_leaves_no_field_open() -> None:
    schema = reply_schema(SubQuestionsReply)

    assert schema["additionalProperties"] is False
    assert schema["$defs"]["SubQuestion"]["required"] == ["question", "answer"]


@pytest.mark.parametrize(
    ("reply", "answer"),
    [
        ("The cat is near. Answer: red", "red"),
        ("First look.\n**Answer:** two dogs.", "two dogs."),
        ("先看。\n答案：三只", "三只"),
        ("red", "red"),
        ("<think>Answer: blue</think>\nAnswer: red", "red"),
    ],
)
def test_answer_is_read_from_the_end(reply: str, answer: str) -> None:
    assert read_answer(reply) == answer


@pytest.mark.parametrize(
    ("ours", "truth", "language", "is_same"),
    [
        ("Two.", "two", "en", True),
        ("2", "two", "en", True),
        ("the cat", "cat", "en", True),
        ("So the answer is two.", "two", "en", True),
        ("The answer is the left.", "left", "en", True),
        ("The answer is right.", "left", "en", False),
        ("The answer is three.", "two", "en", False),
        ("three", "two", "en", False),
        ("unknown", "two", "en", False),
        ("", "two", "en", False),
        ("两只", "2", "zh", True),
        ("三", "两只", "zh", False),
        ("左边。", "左边", "zh", True),
        ("不知道", "不知道", "zh", False),
    ],
)
def test_answers_agree_by_what_they_say(
    ours: str, truth: str, language: str, is_same: bool
) -> None:
    said = is_same_answer(ours, truth, question="How many are there?", language=language)  # type: ignore[arg-type]

    assert said is is_same
