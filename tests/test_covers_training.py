# Teaching the covers task: what is learnt and in which order, the whole pipeline, submissions.
from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
import yaml
from click.testing import CliRunner

from gap_core.covers.asks import TELL
from gap_core.covers.lessons import (
    CoverLesson,
    by_difficulty,
    curriculum_of,
    difficulty,
    read_lessons,
)
from gap_core.covers.pipeline import Pipeline, read_covers_config
from gap_core.covers.pocket_task import TaskSize, make_pocket_task
from gap_core.covers.reading import files_of
from gap_core.covers.splitting import split_task
from gap_core.covers.submissions import keep_submission, read_submissions
from gap_core.covers.table import ROWS, Run, cells_of, table_of
from gap_core.covers.training import train_covers
from gap_core.errors import GapError
from gap_core.training.config import made_config
from gap_core.training.letter_accuracy import LetterLoss
from gap_core.training.run_folder import read_curve
from scripts.covers import main

TRAINING = {
    "model": "pocket", "device": "cpu", "rank": 2, "steps": 4, "batch": 2, "learning_rate": 1e-3,
    "evaluate_every_steps": 2, "checkpoint_every_steps": 2, "threads": 1,
}  # fmt: skip


@pytest.fixture(scope="module")
def task(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("task")
    make_pocket_task(folder, size=TaskSize(train=12, dev=2, test=3), seed=2)
    return folder


def config_file(task: Path, out: Path, **changes: Any) -> Path:
    settings: dict[str, Any] = {
        "folder": str(task), "out": str(out / "first"), "exact_leaks": True, "telling": 1,
        "validation_share": 0.2, "training": TRAINING, "answering": {"tell": True},
    }  # fmt: skip
    file = out / "covers.yaml"
    file.write_text(yaml.safe_dump(settings | changes))
    return file


def choice(right: str, other: str) -> CoverLesson:
    lines = [
        f"{letter}. {text}" for letter, text in zip("ABCD", [right] + [other] * 3, strict=True)
    ]
    return CoverLesson(right, "s", "<image>\nWhich?\n" + "\n".join(lines), "A", ("a",))


def test_lessons_go_from_easy_to_hard_and_kinds_stay_mixed() -> None:
    tells = [CoverLesson(f"tell {n}", "", TELL, "A red car.", ("a",)) for n in range(10)]
    hard = [choice(f"a red car {n}", "a red cart") for n in range(5)]
    easy = [choice(f"{n} birds in blue", "a red cart") for n in range(5)]
    assert max(map(difficulty, easy)) < min(map(difficulty, hard))

    ordered = by_difficulty([*hard, *tells, *easy], seed=1)

    choices = [one for one in ordered if one.kind == "letter"]
    assert set(choices[:5]) == set(easy) and set(choices[5:]) == set(hard)
    assert {one.kind for one in ordered[:10]} == {one.kind for one in ordered[10:]}
    assert ordered == by_difficulty([*hard, *tells, *easy], seed=1)


def test_a_run_too_short_for_all_lessons_sees_hard_ones_too() -> None:
    hard = [choice(f"a red car {n}", "a red cart") for n in range(20)]
    easy = [choice(f"{n} birds in blue", "a red cart") for n in range(20)]
    config = made_config(name="short", steps=5, batch=4)

    seen = curriculum_of([*hard, *easy], config)

    assert len(seen) == 20 and set(seen) & set(hard) and set(seen) & set(easy)
    ranks = [difficulty(one) for one in seen]
    assert ranks == sorted(ranks)
    assert len(curriculum_of([*hard, *easy], made_config(name="long", steps=20, batch=4))) == 40


@pytest.mark.parametrize(
    "broken",
    [
        {"output": " "}, {"input": "no picture"}, {"images": []}, {"system": None},
        {"images": ["a", "b"]}, {"images": [1]},
    ],
)  # fmt: skip
def test_a_record_that_cannot_be_learnt_from_is_named(tmp_path: Path, broken: Any) -> None:
    good = {"system": "", "input": "<image>", "output": "Two stars.", "images": ["a"]}
    file = tmp_path / "x_train.json"
    file.write_text(json.dumps([good, good | broken]))

    with pytest.raises(GapError, match="Record 1 of"):
        read_lessons([file])
    file.write_text(json.dumps([good]))
    assert [one.record() for one in read_lessons([file])] == [good]


def test_all_items_about_a_cover_go_to_one_side(task: Path, tmp_path: Path) -> None:
    items = {name: found.items for name, found in files_of(task, None).items()}
    counts = split_task(items, tmp_path, source=task, share=0.3, seed=1)
    sides = files_of(tmp_path, None)
    covers = {name: {one.right_image for one in found.items} for name, found in sides.items()}

    assert counts["image2text_train"] + counts["image2text_dev"] == 14
    assert covers["image2text_train"] == covers["text2image_train"]
    assert not covers["image2text_train"] & covers["image2text_dev"]
    assert (tmp_path / "text2image_test_key.json").read_bytes() == (
        task / "text2image_test_key.json"
    ).read_bytes()
    with pytest.raises(GapError, match="leaves nothing"):
        split_task(items, tmp_path / "no", source=task, share=0.001, seed=1)


def test_letters_are_counted_where_answers_are_letters() -> None:
    counted = LetterLoss([1, 2])
    labels = torch.tensor([[-100, -100, 1, 9], [-100, 2, 9, -100], [-100, 7, 8, 9]])
    logits = torch.zeros(7, 10)  # of 1 9, 2 9, 7 8 9
    logits[0, 1] = logits[2, 1] = 5.0  # the first is right, the second wrong
    logits[0, 5] = 9.0  # what is no letter doesn't count
    counted({"logits": logits[None]}, labels)
    assert (counted.hits, counted.n) == (0, 0)  # while training
    with torch.no_grad():
        counted({"logits": logits[None]}, labels)
    assert (counted.hits, counted.n) == (1, 2)


@pytest.mark.long
def test_the_whole_pipeline_runs_from_one_file_and_goes_on(task: Path, tmp_path: Path) -> None:
    file = config_file(task, tmp_path)
    told = CliRunner().invoke(main, ["all", "--config", str(file)])
    assert told.exit_code == 0, told.output
    figures = json.loads(told.stdout.strip().splitlines()[-1])
    out = tmp_path / "first"
    curve = read_curve(out / "run")
    kept = json.loads((tmp_path / "submissions" / "first" / "figures.json").read_text())

    assert [one.step for one in curve if one.held_back_accuracy is not None] == [2, 4]
    assert figures["train"]["validation_accuracy"] == max(
        one.held_back_accuracy for one in curve if one.held_back_accuracy is not None
    )
    assert "<svg" in (out / "run" / "training.svg").read_text()
    assert figures["submit"] == kept and kept["overall"]["n"] == 6
    assert (tmp_path / "submissions" / "first" / "text2image_answer.json").is_file()

    asked = (out / "answers" / "asked_test_text2image.jsonl").read_bytes()
    again = CliRunner().invoke(main, ["step", "answer", "--config", str(file)])
    assert json.loads(again.stdout.strip().splitlines()[-1]) == kept
    assert (out / "answers" / "asked_test_text2image.jsonl").read_bytes() == asked


def test_the_cells_of_the_table_differ_in_what_the_table_compares(
    task: Path, tmp_path: Path
) -> None:
    config = read_covers_config(config_file(task, tmp_path))
    cells = cells_of(config, plain_steps=3, seeds=[1, 2])
    base, augmented, plain = (cell for _, _, cell in cells[:3])

    assert [(kind, seed, cell.out.name) for kind, seed, cell in cells] == [
        ("base", 1, "base_1"), ("augmented", 1, "augmented_1"), ("plain", 1, "plain_1"),
        ("augmented", 2, "augmented_2"), ("plain", 2, "plain_2"),
    ]  # fmt: skip
    assert base.training is None and plain.training == TRAINING | {"steps": 3}
    assert (plain.times, plain.telling, plain.answering.tell) == (0, 0, False)
    assert (augmented.times, augmented.telling, augmented.answering.tell) == (1, 1, True)
    assert cells[-1][2].training_config().seed == 2


def test_the_table_counts_letters_by_row_and_seed(task: Path, tmp_path: Path) -> None:
    key = {
        name: [(one["id"], one["output"]) for one in json.loads((task / name).read_text())]
        for name in ("image2text_test_key.json", "text2image_test_key.json")
    }
    right = [
        {"task": name.split("_")[0], "item": f"id {one!r}", "letter": letter}
        for name, letters in key.items()
        for one, letter in letters
    ]
    runs = []
    for seed, hits in ((1, 6), (2, 3)):  # of six items; text2image comes last
        answers = [
            {**one, "first_letter": "A", "turned_letter": one["letter"]}
            | {"letter": one["letter"] if place < hits else other_than(one["letter"])}
            for place, one in enumerate(right)
        ]
        folder = tmp_path / str(seed)
        folder.mkdir()
        (folder / "decisions.json").write_text(json.dumps({"answers": answers}))
        runs.append(Run("augmented", seed, folder))
    rows = {row.name: row for row in table_of(runs, folder=task)}
    scaled = rows["with inference-time scaling"]

    assert set(rows) == {name for name, kind, _ in ROWS if kind == "augmented"}
    assert scaled.seeds == [1.0, 0.5]
    assert [scaled.figures[name].mean for name in ("image2text", "text2image", "overall")] == [
        1.0, 0.5, 0.75,
    ]  # fmt: skip
    assert rows["with augmentation, orders rotated"].bias == {"image2text": 0, "text2image": 0}
    shares = [letter for _, letter in key["text2image_test_key.json"]].count("A") / 3
    assert rows["with augmentation"].bias["text2image"] == pytest.approx(1 - shares)


def other_than(letter: str) -> str:
    return "ABCDA"["ABCD".index(letter) + 1]


def test_a_validation_cover_is_never_learnt(task: Path, tmp_path: Path) -> None:
    items = files_of(task, None)["image2text_dev"].items
    lesson = CoverLesson("x", "s", items[0].prompt, "A", items[0].images)
    with pytest.raises(GapError, match="1 lessons show pictures of validation items"):
        train_covers(
            made_config(name="x", **TRAINING), [lesson], items, tmp_path / "run",
            images_dir=task, is_curriculum=False,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"thinking": 1}, "'thinking' can't be"),
        ({"answering": {"budget_s": 181}}, "'answering.budget_s' can't be '181'"),
        ({"training": {"dataset": "x", "steps": 1}}, "takes no dataset"),
        ({"training": {"steps": 0}}, "can't be used"),
        ({"training": None}, "has no training"),
    ],
)
def test_unfit_settings_are_told(
    task: Path, tmp_path: Path, changes: dict[str, Any], told: str
) -> None:
    with pytest.raises(GapError, match=told):
        read_covers_config(config_file(task, tmp_path, **changes)).training_config()


def test_answering_before_training_is_told(task: Path, tmp_path: Path) -> None:
    pipeline = Pipeline(read_covers_config(config_file(task, tmp_path)))
    pipeline.split()
    with pytest.raises(GapError, match="Run the train step first"):
        pipeline.answer()


def test_three_submissions_are_kept_and_a_fourth_needs_a_place(tmp_path: Path) -> None:
    def keep(name: str, **more: Any) -> None:
        decisions = tmp_path / "decisions.json"
        decisions.write_text("{}")
        keep_submission(
            tmp_path / "kept", name, answered=[], tests={"image2text": []},
            made_by={"config": name}, figures={}, decisions=decisions, **more,
        )  # fmt: skip

    for name in ("a", "b", "c"):
        keep(name)
    with pytest.raises(GapError, match="a, b, c"):
        keep("d")
    with pytest.raises(GapError, match="No submission 'x'"):
        keep("d", replacing="x")
    with pytest.raises(GapError, match="can't name a submission"):
        keep("../d", replacing="a")
    keep("d", replacing="b")

    assert [one.name for one in read_submissions(tmp_path / "kept")] == ["a", "c", "d"]
    assert read_submissions(tmp_path / "kept")[-1].made_by == {"config": "d"}


@pytest.mark.parametrize("name", ["pocket", "qwen"])
def test_shipped_configurations_are_whole(name: str) -> None:
    folder = Path(__file__).parents[1] / "gap_core" / "covers" / "configs"
    config = read_covers_config(folder / f"{name}.yaml")

    assert config.training_config().steps or config.training_config().epochs


def test_a_project_for_llama_factory_holds_lessons_in_their_order(
    task: Path, tmp_path: Path
) -> None:
    training = {**TRAINING, "model": "qwen2.5-vl-7b", "quantize": "nf4", "patience": 3}
    file = config_file(task, tmp_path, training=training)
    told = CliRunner().invoke(main, ["export", str(tmp_path / "out"), "--config", str(file)])
    assert told.exit_code == 0, told.output
    counts = json.loads(told.stdout.strip().splitlines()[-1])
    out = tmp_path / "out"
    info = json.loads((out / "dataset_info.json").read_text())
    lessons = json.loads((out / "covers_train.json").read_text())
    settings = yaml.safe_load((out / "train_lora.yaml").read_text())

    assert set(info) == set(counts) == {
        "covers_train", "covers_dev", "image2text_test", "text2image_test",
    }  # fmt: skip
    assert all((out / one["file_name"]).is_file() for one in info.values())
    assert all((task / path).is_file() for one in lessons for path in one["images"])
    assert TELL in {one["input"] for one in lessons}
    assert len(lessons) == counts["covers_train"]
    assert settings["media_dir"] == str(task.resolve())
    assert (settings["max_steps"], settings["quantization_bit"]) == (4, 4)
    assert (settings["metric_for_best_model"], settings["early_stopping_steps"]) == (
        "eval_accuracy", 3,
    )  # fmt: skip


def test_a_model_that_llama_factory_does_not_know_is_refused(task: Path, tmp_path: Path) -> None:
    file = config_file(task, tmp_path)
    told = CliRunner().invoke(main, ["export", str(tmp_path / "out"), "--config", str(file)])

    assert told.exit_code == 1
    assert "No template of LLaMA-Factory is known for 'pocket'" in told.output


def test_other_lessons_are_not_written_over_the_first(task: Path, tmp_path: Path) -> None:
    first, second = (
        Pipeline(read_covers_config(config_file(task, tmp_path, telling=times))) for times in (0, 1)
    )
    first.split()
    assert first.augment() == first.augment()
    with pytest.raises(GapError, match="another 'telling'"):
        second.augment()
