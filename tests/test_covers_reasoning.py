# Chains of thought: only those that end in the known letter are taught; the rest is counted.
from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from gap_core.covers import pipeline as pipelines
from gap_core.covers.asks import REASON
from gap_core.covers.lessons import read_lessons
from gap_core.covers.pipeline import CoversConfig, Pipeline
from gap_core.covers.pocket_task import TaskSize, make_pocket_task
from gap_core.covers.reasoning import Reasoned, ReasoningConfig, reason_items
from gap_core.covers.records import CoverItem
from models import registry
from models.base import Ask
from tests.fixtures_covers import HalfKnowing, right_letter

MakeItems = Callable[..., list[CoverItem]]


def reason(model: HalfKnowing, items: list[CoverItem], folder: Path, *, tries: int) -> Reasoned:
    return reason_items(
        model,
        items,
        folder / "asked.jsonl",
        config=ReasoningConfig(model="x", tries=tries),
        images_dir=folder,
        seed=1,
    )


def test_reasonings_that_contradict_the_known_letter_are_dropped_and_counted(
    half_knowing: HalfKnowing, cover_items: MakeItems, tmp_path: Path
) -> None:
    def speak(ask: Ask) -> str:
        if "story 1" in ask.question:
            return "No idea."
        right = right_letter(ask.question)
        is_wrong = "story 2" in ask.question or ask.question.index("RIGHT") < 40
        return (
            f"It shows a star.\nAnswer: {'ABCDA'['ABCD'.index(right) + 1] if is_wrong else right}"
        )

    half_knowing.speak = speak
    found = reason(half_knowing, cover_items(4, with_ids=False), tmp_path, tries=2)

    # 0 is wrong while its right option comes first, and right once the order has turned.
    assert found.sources == ["image2text item 0", "image2text item 3"]
    assert found.counts() == {
        "kept": 2, "dropped, contradicting": 1 + 2, "dropped, unreadable": 2 * 2,
        "items without": 2,
    }  # fmt: skip
    for lesson in found.lessons:
        assert lesson.prompt.endswith(REASON)
        assert lesson.answer == f"It shows a star.\nAnswer: {right_letter(lesson.prompt)}"


def test_a_resumed_run_asks_for_no_reasoning_again(
    half_knowing: HalfKnowing, cover_items: MakeItems, tmp_path: Path
) -> None:
    items = cover_items(3, with_ids=False)
    first = reason(half_knowing, items, tmp_path, tries=2)
    asked = len(half_knowing.calls)

    assert asked == 3  # one reasoning was enough for each
    assert reason(half_knowing, items, tmp_path, tries=2) == first
    assert len(half_knowing.calls) == asked


def test_reasonings_become_lessons_of_the_pipeline(
    half_knowing: HalfKnowing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_pocket_task(tmp_path / "task", size=TaskSize(train=8, dev=1, test=1), seed=3)
    monkeypatch.setattr(registry, "load_model", lambda name: half_knowing)
    half_knowing.speak = lambda ask: "Colours and weather.\nAnswer: A"
    pipeline = Pipeline(
        CoversConfig(
            folder=tmp_path / "task", out=tmp_path / "out", exact_leaks=True, validation_share=0.3,
            reasoning=ReasoningConfig(model="half", tries=1),
        )
    )  # fmt: skip
    pipeline.split()
    pipeline.augment()
    counts = pipeline.reason()
    lessons = read_lessons(pipeline._lesson_files())
    thought = [one for one in lessons if one.kind == "reasoning"]
    originals = pipeline._originals()

    assert all(one.answer.endswith("Answer: A") for one in thought)
    assert len(thought) == sum(one["kept"] for one in counts.values())
    for task, items in originals.items():
        right = sum(item.letter == "A" for item in items)
        assert counts[task]["kept"] == right
        assert counts[task]["dropped, contradicting"] == len(items) - right
    info = json.loads((tmp_path / "out" / "lessons" / "dataset_info.json").read_text())
    assert "text2image_reasoned_train" in info
    assert pipelines.files_of(tmp_path / "out" / "lessons", None)["image2text_train"].problems == []
