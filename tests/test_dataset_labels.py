# From accepted labels in the database to samples, and through the script to a dataset.
from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from db import accepted_store
from gap_core.dataset.labels import accepted_samples, person_hash
from gap_core.dataset.sample import Sample, sample_of
from gap_core.labeling import LabelEntry
from scripts.build_dataset import main
from tests.fixtures_labeling import Desk, right
from tests.test_labeling_refining import propose

SECRET = b"s" * 32


def samples_of(desk: Desk) -> list[Sample]:
    with desk.store() as store:
        return list(accepted_samples(store, secret=SECRET))


def test_accepted_answer_becomes_a_sample_with_its_provenance(desk: Desk, ada: str) -> None:
    item = desk.label(ada)
    (sample,) = samples_of(desk)
    (row,) = desk.rows(f"SELECT * FROM label_items WHERE id = {item.id}")
    (turn,) = desk.rows(f"SELECT * FROM turns WHERE id = '{row['turn_id']}'")
    made = sample.provenance
    assert (sample.question, sample.answer, sample.category) == (
        item.question, "Three dogs.", "Counting"
    )  # fmt: skip
    assert (sample.model_answer, made.model, made.seed) == (
        turn["answer"], turn["model"], turn["seed"]
    )  # fmt: skip
    assert (made.turn_id, made.item_id, made.posterior) == (
        row["turn_id"], item.id, row["posterior"]
    )  # fmt: skip
    assert (made.expert_answer, made.refined_by, made.still_wrong) == (None, None, None)
    assert made.labeler == person_hash(ada, secret=SECRET)


def test_people_are_named_by_a_hash_that_depends_on_the_secret(desk: Desk, ada: str) -> None:
    desk.label(ada)
    (sample,) = samples_of(desk)
    (row,) = desk.rows("SELECT player_id FROM label_items WHERE state = 'done'")
    assert ada not in str(sample) and row["player_id"] not in str(sample)
    assert person_hash("a", secret=SECRET) != person_hash("a", secret=b"t" * 32)
    assert person_hash("a", secret=SECRET) != person_hash("b", secret=SECRET)


def test_refined_answer_stands_beside_the_experts_own_words(desk: Desk, ada: str) -> None:
    found = propose(desk, ada, "thre dogs", "There are three dogs.")
    desk.bench.decide_refinement(found.id, ada, "accepted")
    item = desk.next(ada)
    desk.submit(item.id, ada, LabelEntry("answer", "thre dogs", "Counting", "", found.id))
    (sample,) = samples_of(desk)
    assert sample.answer == "There are three dogs."
    assert sample.provenance.expert_answer == "thre dogs"
    assert sample.provenance.refined_by == found.model


def test_only_answers_that_stand_become_samples(desk: Desk, ada: str) -> None:
    desk.label(ada, LabelEntry("unclear"))
    desk.label(ada)
    desk.bench.undo(ada)
    assert samples_of(desk) == []


def test_pages_bring_every_answer_once(
    desk: Desk, ada: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accepted_store, "_PAGE", 2)
    labeled = {desk.label(ada).id for _ in range(5)}
    found = [sample.provenance.item_id for sample in samples_of(desk)]
    assert sorted(found) == sorted(labeled)


def test_script_builds_a_dataset_and_ends_with_one_json_object(desk: Desk, ada: str) -> None:
    for _ in range(4):
        desk.label(ada)
    desk.label(ada, right("I can't tell."))
    data_dir = desk.db_path.parent
    arguments = ["--name", "first", "--data-dir", str(data_dir), "--workers", "1"]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    last = json.loads(result.stdout.splitlines()[-1])
    assert last["train"] + last["validation"] + sum(last["left_out"].values()) == 5
    assert last["left_out"]["refusal"] == 1
    lines = Path(last["folder"], "train.jsonl").read_text(encoding="utf-8").splitlines()
    assert all(sample_of(json.loads(line)).provenance.player for line in lines)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["--name", "../first"], "can't be a name"),
        (["--name", "first", "--keep", "spelling"], "No rule of lint"),
        (["--name", "first", "--target", "Counting"], "can't be read"),
        (["--name", "first", "--imported", "none"], "No import at"),
        (["--name", "first", "--no-labels"], "There are no samples"),
    ],
)
def test_script_refuses_what_can_not_be_meant(tmp_path: Path, given: list[str], words: str) -> None:
    result = CliRunner().invoke(main, [*given, "--data-dir", str(tmp_path)])
    assert result.exit_code == 1
    assert words in result.output
