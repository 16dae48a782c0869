# What the four steps of the curriculum teach, and the folder that ms-swift trains from.
from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from db import Store
from gap_core.errors import GapError
from gap_core.synthesis.config import checked_config
from gap_core.synthesis.curriculum import (
    Made,
    accepted_items,
    items_of_step,
    lesson_of,
    sample_of_lesson,
)
from gap_core.synthesis.exporting import export_curriculum
from gap_core.synthesis.records import MultiHop, Seed, Subject, SubQuestion
from gap_core.synthesis.running import begin_run, run_synthesis
from gap_core.synthesis.starting import found_run, open_job


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the run "first" of pictures and texts, both languages."""
    folder = tmp_path_factory.mktemp("synthesized")
    relations = ("causal inference", "comparison")
    config = checked_config(source="pocket", count=12, relations=relations, in_flight=2)
    with Store.open(folder / "gap.db") as store:
        run = begin_run(store, "first", config)
    with open_job(config, db=folder / "gap.db", data_dir=folder) as (job, subject_at):
        run_synthesis(job, run, subject_at)
    return folder


def items_in(folder: Path) -> list[Made]:
    with Store.open(folder / "gap.db") as store:
        return accepted_items(store, found_run(store, "first"))


def an_item(*, language: str = "en", background: str = "", number: int = 0) -> Made:
    subject = Subject.model_validate(
        {"kind": "image", "language": language, "relation": "spatial reasoning", "image_id": "ab"}
    )
    hop = SubQuestion(question="Who?", answer="Ada")
    return Made(
        number,
        number,
        subject,
        Seed(background=background, sub_questions=(hop, hop)),
        MultiHop(question="Who is it?", thinking="It is Ada.", answer="Ada"),
    )


def test_each_step_shows_and_asks_what_it_should() -> None:
    lessons = [lesson_of(an_item(), step) for step in range(4)]

    assert [lesson.response for lesson in lessons] == [
        "The answer is Ada.", "It is Ada.", "It is Ada.\nThe answer is Ada.", "The answer is Ada.",
    ]  # fmt: skip
    assert ["It is Ada" in lesson.prompt for lesson in lessons] == [True, False, False, False]
    assert "The answer is Ada" in lessons[1].prompt and lessons[3].prompt == "Who is it?"


def test_chinese_items_are_taught_in_chinese() -> None:
    assert lesson_of(an_item(language="zh"), 2).response == "It is Ada.\n答案：Ada"


def test_document_stands_before_every_question() -> None:
    lessons = [lesson_of(an_item(background="A mill."), step) for step in range(4)]

    assert all(lesson.prompt.startswith("A mill.\nWho is it?") for lesson in lessons)


def test_published_split_gives_each_item_to_one_step_in_turn() -> None:
    items = [an_item(number=n) for n in range(10)]

    split = [[item.number for item in items_of_step(items, step, "split")] for step in range(4)]
    assert split == [[0, 4, 8], [1, 5, 9], [2, 6], [3, 7]]
    assert all(len(items_of_step(items, step, "full")) == 10 for step in range(4))


def test_lesson_becomes_a_sample_of_the_own_trainer() -> None:
    sample = sample_of_lesson(an_item(), 0, run="first", image_path="images/ab/ab.png")

    assert (sample.answer, sample.image_path) == ("The answer is Ada.", "images/ab/ab.png")
    assert sample.provenance.origin == "synthesis first, item 0, step 1"


def test_export_holds_every_item_once_in_the_split_and_four_times_in_full(
    folder: Path, tmp_path: Path
) -> None:
    items = items_in(folder)
    for use, times in (("split", 1), ("full", 4)):
        counts = export_curriculum(items, tmp_path / use, use=use, name="first")  # type: ignore[arg-type]
        assert sum(sum(sides.values()) for sides in counts.values()) == times * len(items)
        records = [
            json.loads(line)
            for file in sorted((tmp_path / use).glob("step_*/*.jsonl"))
            for line in file.read_text(encoding="utf-8").splitlines()
        ]
        assert {len(record["images"]) for record in records} == {0, 1}
        for record in records:
            assert record["messages"][0]["content"].count("<image>") == len(record["images"])
            assert all((tmp_path / use / picture).is_file() for picture in record["images"])


def test_commands_run_one_after_another_from_the_adapter_before(
    folder: Path, tmp_path: Path
) -> None:
    # Called is what stands in swift's place: a program that notes its arguments and leaves a
    # checkpoint. A step that is there already is not trained again.
    export = tmp_path / "export"
    export_curriculum(items_in(folder), export, use="split", name="first")
    swift = tmp_path / "bin" / "swift"
    swift.parent.mkdir()
    swift.write_text(
        f'#!/bin/bash\necho "$@" >> {tmp_path}/log\nwhile (($#)); do [ "$1" = --output_dir ] '
        '&& mkdir -p "$2/checkpoint-7"; shift; done\n'
    )
    swift.chmod(0o755)
    environment = {**os.environ, "PATH": f"{swift.parent}:{os.environ['PATH']}"}
    for _ in range(2):
        subprocess.run([export / "train_all.sh"], env=environment, check=True)
    calls = (tmp_path / "log").read_text().splitlines()

    assert [call.split()[0] for call in calls] == ["sft"] * 4 + ["export"] * 2
    assert "--adapters" not in calls[0]
    assert "--adapters lora/step_3/checkpoint-7" in calls[3]
    assert "--freeze_aligner false" in calls[0] and "--learning_rate 1e-5" in calls[0]


def test_command_exports_and_tells_where(folder: Path, tmp_path: Path) -> None:
    from scripts.export_curriculum import main

    arguments = ["first", "--data-dir", str(folder), "--out", str(tmp_path / "out")]
    done = CliRunner().invoke(main, arguments)
    again = CliRunner().invoke(main, arguments)
    unknown = CliRunner().invoke(main, ["second", "--data-dir", str(folder)])

    assert done.exit_code == 0 and (tmp_path / "out" / "records.jsonl").is_file()
    assert "is there already" in again.output
    assert "No run is called 'second'. There are: 'first'." in unknown.output


def test_rejected_item_is_not_taught(folder: Path) -> None:
    from datetime import UTC, datetime

    before = items_in(folder)
    with Store.open(folder / "gap.db") as store:
        chosen = next(iter(store.synthesis.items(1, states=("accepted",))))
        for _ in range(2):
            store.synthesis.decide(
                chosen.id,
                is_rejected=True,
                reason="dull",
                decided_by="Ada",
                decided=datetime.now(UTC),
            )
    assert len(items_in(folder)) == len(before) - 1


def test_missing_picture_is_told(tmp_path: Path) -> None:
    with pytest.raises(GapError, match="The picture .x. of item 0 is missing"):
        item = an_item()
        lost = item._replace(subject=item.subject.model_copy(update={"image_path": "x"}))
        export_curriculum([lost], tmp_path / "out", use="full", name="first")
