# Samples in, a folder out: whole or not at all, nothing lost, no picture on both sides.
from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gap_core.dataset.build_config import BuildConfig
from gap_core.dataset.building import BuildReport, build_dataset
from gap_core.dataset.built import read_alike
from gap_core.dataset.folders import changed_files, new_folder
from gap_core.dataset.mending import is_imported
from gap_core.dataset.sample import REPLAY, Provenance, Sample
from gap_core.dataset.sample_files import read_samples
from gap_core.decks.pictures import picture_id, save_picture
from gap_core.errors import GapError
from tests.fixtures_dataset import made_sample, noise_picture
from tests.test_dataset_duplicates import recoded

Make = Callable[..., Sample]


def built(samples: list[Sample], tmp_path: Path, **given: Any) -> BuildReport:
    config = given.pop("config", BuildConfig())
    folder = tmp_path / "sets" / "first"
    return build_dataset(samples, folder, data_dir=tmp_path / "data", config=config, **given)


def side(tmp_path: Path, name: str) -> list[Sample]:
    return list(read_samples(tmp_path / "sets" / "first" / f"{name}.jsonl"))


def records(tmp_path: Path, name: str) -> list[dict[str, Any]]:
    lines = (tmp_path / "sets" / "first" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.fixture
def many(pictured: Make) -> list[Sample]:
    """Forty samples on ten pictures in two categories."""
    things = ("dogs", "cats", "birds")
    made = [
        pictured(f"{seed}-{thing}", seed, question=f"How many {thing} are there?")
        for seed in range(10)
        for thing in things
    ]
    made += [
        pictured(
            f"{seed}-where", seed, question="Where is the ball?", answer="On the left.",
            category="Spatial Relationships",
        )
        for seed in range(10)
    ]  # fmt: skip
    return made


def test_every_sample_is_on_one_side_and_no_picture_on_both(
    many: list[Sample], tmp_path: Path
) -> None:
    random.Random(2).shuffle(many)
    report = built(many, tmp_path)
    train, held = side(tmp_path, "train"), side(tmp_path, "validation")
    assert {one.id for one in [*train, *held]} == {one.id for one in many}
    assert {one.image_id for one in train} & {one.image_id for one in held} == set()
    assert (report.train, report.validation) == (32, 8)
    assert report.by_category["Counting"] == (24, 6)
    assert report.by_category["Spatial Relationships"] == (8, 2)


def test_same_seed_builds_the_same_bytes_in_any_order(many: list[Sample], tmp_path: Path) -> None:
    built(many, tmp_path)
    first = (tmp_path / "sets" / "first" / "train.jsonl").read_bytes()
    random.Random(5).shuffle(many)
    built(many, tmp_path, replace=True, workers=2)
    assert (tmp_path / "sets" / "first" / "train.jsonl").read_bytes() == first


def test_alike_pictures_are_on_one_side(many: list[Sample], tmp_path: Path) -> None:
    twins = []
    for seed in range(10):
        twin = recoded(noise_picture(seed), quality=80)
        path = save_picture(twin, data_dir=tmp_path / "data")
        twins.append(
            made_sample(
                f"{seed}-twin", image_id=picture_id(twin), image_path=path,
                question="What colour is the wall?", answer="Green.", category="Object Attributes",
            )
        )  # fmt: skip
    report = built([*many, *twins], tmp_path)
    held = {one.conversation.split("-")[0] for one in side(tmp_path, "validation")}
    train = {one.conversation.split("-")[0] for one in side(tmp_path, "train")}
    assert held and not held & train
    assert report.picture_groups == 10
    assert report.diversity.alike_pictures.mean == 1.0
    groups = read_alike(tmp_path / "sets" / "first")
    assert groups is not None and sum(map(len, groups)) == report.diversity.alike_pictures.hits


def test_what_is_only_learnt_plays_no_part_in_the_split(
    many: list[Sample], pictured: Make, tmp_path: Path
) -> None:
    built(many, tmp_path)
    held = {one.id for one in side(tmp_path, "validation")}
    replay = [
        pictured(
            f"{seed}-again", seed, question="What colour is the wall?", answer="Green.",
            category="Object Attributes", provenance=Provenance("game", origin=REPLAY),
        )
        for seed in range(20)
    ]  # fmt: skip
    report = built([*many, *replay], tmp_path, replace=True)
    assert {one.id for one in side(tmp_path, "validation")} == held
    left_out = records(tmp_path, "left_out")
    assert (
        report.left_out == {"replay on validation pictures": len(left_out)} and len(left_out) == 2
    )
    held_pictures = {one.image_id for one in side(tmp_path, "validation")}
    assert {one["sample"]["image_id"] for one in left_out} == held_pictures
    learnt = {one.id for one in side(tmp_path, "train")}
    assert len(learnt & {one.id for one in replay}) == report.by_category["Object Attributes"][0]
    assert report.by_category["Object Attributes"] == (report.replay, 0) == (18, 0)
    assert report.diversity.samples == len(many)
    assert not is_imported(replay[0])
    card = (tmp_path / "sets" / "first" / "README.md").read_text()
    assert "replay on validation pictures: 2. What it is about is only asked." in card
    assert "model that was wrong: unknown (32)" in card
    with pytest.raises(GapError, match="There are no samples. Label some"):
        built(replay, tmp_path, replace=True)


def test_what_is_left_out_is_kept_with_its_reason(pictured: Make, tmp_path: Path) -> None:
    samples = [
        pictured("good", 1),
        pictured("again", 1, question="How many dogs do you see?", answer="Two."),
        pictured("refused", 2, answer="I can't tell."),
        pictured("unsure", 3, answer="Probably three dogs."),
    ]
    report = built(samples, tmp_path)
    left_out = {
        (one["sample"]["conversation"], one["reason"], one["twin_id"])
        for one in records(tmp_path, "left_out")
    }
    assert left_out == {("good", "duplicate", "again"), ("refused", "refusal", "")}
    assert report.left_out == {"duplicate": 1, "refusal": 1}
    assert report.findings == {"disagrees": 1, "refusal": 1, "hedge": 1}
    assert {one["sample"]["provenance"]["item_id"] for one in records(tmp_path, "findings")} == {7}


def test_kept_rule_leaves_nothing_out_but_is_still_told(pictured: Make, tmp_path: Path) -> None:
    config = BuildConfig(keep_rules=frozenset({"refusal"}))
    report = built([pictured("refused", 2, answer="I can't tell.")], tmp_path, config=config)
    assert (report.train + report.validation, report.left_out) == (1, {})
    assert report.findings == {"refusal": 1}


def test_picture_that_is_not_at_hand_is_compared_by_its_name(tmp_path: Path) -> None:
    samples = [made_sample(f"s{n}", image_id=f"name:{n}.jpg") for n in range(5)]
    report = built(samples, tmp_path)
    assert (report.unseen_pictures, report.picture_groups) == (5, 5)
    assert (report.train, report.validation) == (4, 1)


def test_manifest_tells_a_changed_file(many: list[Sample], tmp_path: Path) -> None:
    built(many, tmp_path)
    folder = tmp_path / "sets" / "first"
    assert changed_files(folder) == []
    with (folder / "train.jsonl").open("a") as lines:
        lines.write("\n")
    (folder / "findings.jsonl").unlink()
    (folder / "more.txt").write_text("x")
    assert changed_files(folder) == ["findings.jsonl", "more.txt", "train.jsonl"]


def test_build_that_fails_leaves_what_was_there(many: list[Sample], tmp_path: Path) -> None:
    built(many, tmp_path)

    def broken() -> Any:
        yield many[0]
        raise RuntimeError("disk gone")

    with pytest.raises(RuntimeError):
        built(broken(), tmp_path, replace=True)
    assert changed_files(tmp_path / "sets" / "first") == []
    assert [one.name for one in (tmp_path / "sets").iterdir()] == ["first"]


def test_taken_name_is_refused_before_anything_is_read(many: list[Sample], tmp_path: Path) -> None:
    built(many, tmp_path)
    with pytest.raises(GapError, match="is there already"):
        built(many, tmp_path)


def test_folder_of_somebody_else_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.png").write_text("x")
    with (
        pytest.raises(GapError, match="not made here"),
        new_folder(tmp_path / "photos", replace=True),
    ):
        pass
    assert (tmp_path / "photos" / "a.png").is_file()


def test_nothing_to_build_from_is_said(tmp_path: Path) -> None:
    with pytest.raises(GapError, match="There are no samples"):
        built([], tmp_path)
    with pytest.raises(GapError, match="None of 1 samples is left: refusal 1"):
        built([made_sample(answer="I don't know.")], tmp_path)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"validation_share": 1.0}, "Validation share"),
        ({"keep_rules": frozenset({"spelling"})}, "'spelling'"),
        ({"most_bits": 200}, "'200' bits"),
        ({"target": {"Cats": 0.5}}, "'Cats'"),
        ({"target": {"Counting": 0.7, "Object Recognition": 0.7}}, "add up to 1.4"),
    ],
)
def test_config_that_can_not_be_meant_is_refused(given: dict[str, Any], words: str) -> None:
    with pytest.raises(GapError, match=words):
        BuildConfig(**given)


def test_card_tells_numbers_and_nothing_that_a_page_runs(pictured: Make, tmp_path: Path) -> None:
    hostile = "<script>alert(1)</script>"
    sample = pictured("a", 1, licence=hostile, provenance=Provenance("game", model=hostile))
    built([sample], tmp_path, config=BuildConfig(validation_share=0.0))
    card = (tmp_path / "sets" / "first" / "README.md").read_text(encoding="utf-8")
    assert "1 samples for training, 0 for validation" in card
    assert "| Counting | 1 | 0 |" in card
    assert "<script" not in card
