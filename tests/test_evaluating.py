# Evaluation from a dataset to a report: kept, resumed, compared, printed.
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from db import Store
from db.evaluation_records import AnsweredBy
from gap_core.dataset.build_config import BuildConfig
from gap_core.dataset.building import build_dataset
from gap_core.dataset.sample import REPLAY, Provenance, Sample
from gap_core.errors import GapError
from gap_core.evaluation.evaluating import evaluate, keep_report
from gap_core.evaluation.items import Item, dataset_items
from gap_core.evaluation.judges import choice_judge, factual_judge
from gap_core.evaluation.report import compare
from models.fingerprint import adapter_fingerprint, folder_fingerprint
from scripts.compare_judges import main as compare_judges
from scripts.evaluate_model import main as evaluate_model
from tests.fixtures_dataset import noise_picture
from tests.fixtures_models import ScriptedModel

BY = AnsweredBy("scripted", "w1", "none", "", "1")


@pytest.fixture
def items(tmp_path: Path) -> list[Item]:
    """Twelve questions on six pictures; the scripted model is right about the first half."""
    found = []
    for place in range(12):
        path = tmp_path / f"{place // 2}.png"
        noise_picture(place // 2).save(path)
        reference = "There is a red car." if place < 6 else "There is a blue car."
        category = "Counting" if place % 2 else "Object Attributes"
        found.append(Item(f"p{place // 2}", path.name, f"What car? {place}", reference, category))
    return found


def run(store: Store, items: list[Item], model: ScriptedModel, folder: Path, by=BY):
    judges = [factual_judge(), choice_judge()]
    return evaluate(store, items, model=model, by=by, judges=judges, data_dir=folder)


def test_report_has_every_judge_and_category_with_n(store: Store, items, tmp_path: Path):
    report = run(store, items, ScriptedModel(), tmp_path).report
    assert (report.items, report.pictures) == (12, 6)
    assert list(report.figures["factual"]) == ["all", "Object Attributes", "Counting"]
    every = report.figures["factual"]["all"]
    assert (every.mean, every.n, every.pictures) == (0.5, 12, 6)
    assert every.interval.low < 0.5 < every.interval.high
    assert report.figures["choice"]["all"].unscored == 12
    assert report.agreement.pairs[0].n == 0


def test_what_was_asked_once_is_not_asked_again(store: Store, items, tmp_path: Path):
    first, second = ScriptedModel(), ScriptedModel()
    run(store, items, first, tmp_path)
    assert run(store, [*items, items[0]], second, tmp_path).report.items == 13
    assert (len(first.calls), len(second.calls)) == (12, 0)


@pytest.mark.parametrize("other", [{"weights": "w2"}, {"adapter": "a 1f"}, {"prompt_version": "2"}])
def test_other_weights_adapters_and_prompts_are_asked_anew(
    store: Store, items, tmp_path: Path, other: dict[str, str]
):
    run(store, items, ScriptedModel(), tmp_path)
    model = ScriptedModel(default="There is a blue car.")
    by = AnsweredBy(**vars(BY) | other)
    assert run(store, items, model, tmp_path, by).answered[0].answer == "There is a blue car."
    assert len(model.calls) == 12


KILLED = """
import sys
from pathlib import Path
from db import Store
from gap_core.evaluation.evaluating import evaluate
from gap_core.evaluation.judges import factual_judge
from tests.fixtures_models import ScriptedModel
from tests.test_evaluating import BY, many_items
model = ScriptedModel(default="one two three four")
model.word_s = 0.02
with Store.open(Path(sys.argv[1])) as store:
    evaluate(store, many_items(), model=model, by=BY, judges=[factual_judge()],
             data_dir=Path(sys.argv[2]))
"""


def many_items() -> list[Item]:
    return [Item(f"p{n}", "0.png", f"What? {n}", "a car", "Counting") for n in range(400)]


def test_killed_evaluation_goes_on_where_it_was(items, tmp_path: Path):
    db, count = tmp_path / "killed.db", 0
    with Store.open(db) as store:
        process = subprocess.Popen([sys.executable, "-c", KILLED, db, tmp_path], cwd=os.getcwd())
        end = time.monotonic() + 60
        while count < 32 and time.monotonic() < end:
            (row,) = store.connection.rows("SELECT count(*) FROM evaluation_answers")
            count = row[0]
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()
        (row,) = store.connection.rows("SELECT count(*) FROM evaluation_answers")
        assert 32 <= row[0] < 400
        model = ScriptedModel()
        report = run(store, many_items(), model, tmp_path).report
        assert len(model.calls) == 400 - row[0]
        assert report.figures["factual"]["all"].n == 400


def test_two_models_are_compared_on_the_same_items(store: Store, items, tmp_path: Path):
    before = run(store, items, ScriptedModel(), tmp_path)
    better = AnsweredBy(**vars(BY) | {"adapter": "better"})
    model = ScriptedModel()
    for item in items:
        model.enqueue(item.reference)
    after = run(store, items, model, tmp_path, better)
    found = compare(before, after)["factual"]["all"]
    assert (found.difference, found.n, found.pictures) == (0.5, 12, 6)
    with pytest.raises(ValueError, match="same items"):
        compare(before, run(store, items[1:], ScriptedModel(), tmp_path))


def test_report_is_kept_and_cannot_be_changed(store: Store, items, tmp_path: Path):
    done = run(store, items, ScriptedModel(), tmp_path)
    keep_report(store, done, dataset="d", side="validation")
    (kept,) = store.evaluations.reports()
    assert (kept.answered_by, kept.dataset) == (BY, "d")
    assert kept.report["figures"]["factual"]["all"]["interval"]["mean"] == 0.5
    with pytest.raises(Exception, match="append only"):
        store.connection.rows("UPDATE evaluations SET dataset = 'e'")


def test_missing_picture_is_told(store: Store, items, tmp_path: Path):
    (tmp_path / "0.png").unlink()
    with pytest.raises(GapError, match="can't be read"):
        run(store, items, ScriptedModel(), tmp_path)


def test_fingerprint_follows_the_weights_not_the_name(tmp_path: Path):
    folder = tmp_path / "run" / "adapter"
    folder.mkdir(parents=True)
    (folder / "adapter_model.safetensors").write_bytes(b"one")
    first = adapter_fingerprint(folder)
    (folder / "adapter_model.safetensors").write_bytes(b"two")
    assert first.split()[0] == "run_adapter" and adapter_fingerprint(folder) != first
    assert adapter_fingerprint(None) == ""
    assert len(folder_fingerprint(folder)) == 12


@pytest.fixture
def dataset(pictured: Callable[..., Sample], tmp_path: Path) -> Path:
    samples = [pictured(f"s{n}", n, question=f"How many dogs are near {n}?") for n in range(10)]
    folder = tmp_path / "data" / "datasets" / "first"
    config = BuildConfig(validation_share=0.5, keep_rules=frozenset(), most_bits=0)
    build_dataset(samples, folder, data_dir=tmp_path / "data", config=config)
    return folder


def test_replay_is_never_asked(pictured: Callable[..., Sample], tmp_path: Path):
    replay = Provenance("game", origin=REPLAY)
    samples = [pictured("label", 1), pictured("again", 2, provenance=replay)]
    folder = tmp_path / "data" / "datasets" / "both"
    config = BuildConfig(validation_share=0.0, most_bits=0)
    build_dataset(samples, folder, data_dir=tmp_path / "data", config=config)
    assert [item.image_id for item in dataset_items(folder, "train")] == [samples[0].image_id]


def test_items_of_a_dataset_are_its_validation_side(dataset: Path):
    found = dataset_items(dataset)
    assert len(found) == 5 and found[0].reference == "There are three dogs."
    (dataset / "validation.jsonl").write_text("")
    with pytest.raises(GapError, match="can't be trusted"):
        dataset_items(dataset)


def test_script_prints_figures_and_one_line_of_json(
    dataset: Path, random_pocket_folder: Path, tmp_path: Path
):
    told = ["--dataset", "first", "--data-dir", tmp_path / "data", "--model", random_pocket_folder]
    result = CliRunner().invoke(evaluate_model, [*map(str, told), "--against", "base"])
    assert result.exit_code == 0, result.output
    record = json.loads(result.stdout.splitlines()[-1])
    assert record["reports"][0]["items"] == 5
    assert record["differences"]["factual"]["all"]["difference"] == 0
    assert "factual: all" in result.stdout


def test_script_refuses_a_dataset_that_is_not_there(tmp_path: Path):
    told = ["--dataset", "none", "--data-dir", str(tmp_path)]
    result = CliRunner().invoke(evaluate_model, told)
    assert result.exit_code == 1 and "Make one: python -m scripts.build_dataset" in result.output


def test_judges_are_held_against_peoples_ratings(tmp_path: Path):
    answers = [("two", 1.0), ("2 dogs", 1.0), ("three", 0.0), ("no dogs", 0.0)]
    rows = [
        {"imageLink": f"{n}.png", "question": "How many dogs?", "correctAnswer": "2"}
        | {"modelAnswer": answer, "score": score}
        for n, (answer, score) in enumerate(answers)
    ]
    file = tmp_path / "rated.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)))
    told = [str(file), "--data-dir", str(tmp_path)]
    result = CliRunner().invoke(compare_judges, told)
    assert result.exit_code == 0, result.output
    (pair,) = json.loads(result.stdout.splitlines()[-1])["pairs"]
    assert (pair["first"], pair["second"], pair["alpha"]["mean"]) == ("people", "factual", 1.0)
    file.write_text('{"question": "How many?"}')
    result = CliRunner().invoke(compare_judges, told)
    assert result.exit_code == 1 and "Record 1" in result.output
