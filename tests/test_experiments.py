# Experiments: steps that are kept, the expert at the real queue, a whole small run of real parts.
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner

from db import Store
from db.records import ImageRecord
from db.truth_store import TurnTruth
from gap_core.dataset.built import read_report
from gap_core.dataset.places import dataset_place
from gap_core.dataset.sample import is_replay
from gap_core.errors import GapError
from gap_core.evaluation.bootstrap import Figure
from gap_core.evaluation.kept import figure_of, paired_of
from gap_core.experiments import parts
from gap_core.experiments.arms import Ground, learnt_labels, random_samples
from gap_core.experiments.catalogue import EXPERIMENTS, run_experiment
from gap_core.experiments.expert import Expert, _Knowledge, label_queue
from gap_core.experiments.figures import before_after_chart, table
from gap_core.experiments.informative_vs_random import _gains
from gap_core.experiments.noise import Way
from gap_core.experiments.run import ExperimentRun
from gap_core.experiments.same_dataset import fresh_scenes
from gap_core.experiments.scale import FULL, QUICK, Scale, scale_of
from gap_core.pocket_world import EDITIONS
from gap_core.scoring.interval import Interval
from gap_core.simulation.dealt_scenes import deal_scenes
from models.registry import OWN_FOLDERS
from scripts.build_dataset import main as build_dataset
from scripts.run_experiment import main
from scripts.simulate_playtest import play

# Of eight players nobody may be believed to 0.8, so all that they marked Wrong is served.
TINY = replace(
    QUICK, players=8, sessions=1, population="honest", pictures=(10, 20), scenes=4, epochs=1,
    theta=0.0,
)  # fmt: skip

UNLABELED = "unlabeled"


def opened(folder: Path, scale: Scale = TINY) -> ExperimentRun:
    return ExperimentRun(folder, scale, on_step=lambda step: None)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole run of same-dataset: game, studio, dataset, training and evaluation are real."""
    folder = tmp_path_factory.mktemp("same_dataset")

    def played(*args: Any, **kwargs: Any) -> dict[str, Any]:
        report = play(*args, **kwargs)
        shutil.copytree(kwargs["folder"], folder / UNLABELED)
        return report

    run_experiment("same-dataset", opened(folder), playtest=played, on_step=lambda *told: None)
    return folder


def played_before(finished: Path) -> Callable[..., dict[str, str]]:
    """A playtest that was played once: its database and pictures again, in another folder."""

    def again(model: object, *, folder: Path, **kwargs: object) -> dict[str, str]:
        shutil.copytree(finished / UNLABELED, folder)
        clean = json.loads((finished / "steps" / "play.json").read_text())
        return {name: value for name, value in clean.items() if name != "untainted_errors"}

    return again


def run_again(name: str, folder: Path, finished: Path) -> dict[str, Any]:
    played = played_before(finished)
    return run_experiment(name, opened(folder), playtest=played, on_step=lambda *told: None)


@pytest.mark.long
def test_selected_and_random_questions_are_learnt_in_equal_numbers(finished: Path, tmp_path: Path):
    arms = run_again("informative-vs-random", tmp_path, finished)["arms"]
    assert list(arms) == ["selected, seed 1", "random, seed 1", "replay alone, seed 1"]
    assert arms["replay alone, seed 1"]["labels"] == 0
    assert arms["selected, seed 1"]["labels"] == arms["random, seed 1"]["labels"] > 0
    assert arms["selected, seed 1"]["before"] == arms["random, seed 1"]["before"]
    assert "one seed, so no interval" in (tmp_path / "report.md").read_text()


@pytest.mark.long
def test_rounds_go_on_from_each_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("gap_core.experiments.rounds.ROUNDS", 1)
    monkeypatch.setattr("gap_core.experiments.rounds.FEWER_PICTURES", 2)
    found = run_experiment("rounds", opened(tmp_path), playtest=play, on_step=lambda *told: None)
    first, second = found["rounds"]
    assert first["labels"] > 0 and first["promoted"] == 0  # no picture has ten samples yet
    assert first["ordinary"] == second["ordinary"] == 10
    assert first["scenes"]["simple"]["n"] == TINY.scenes
    data = [tmp_path / f"round-{number}" / parts.DATA for number in (0, 1)]
    counts = [parts.untainted_errors(one)["untainted_errors"][1] for one in data]
    assert first["errors"][1] == counts[0] and second["errors"][1] == counts[1] - counts[0] > 0
    with Store.open(data[1] / parts.DB) as store:
        assert [one.name for one in store.adapters.all()] == ["round_0"]
    assert "the error rate falls each time" in (tmp_path / "report.md").read_text()


def test_errors_of_promoted_pictures_are_left_out(finished: Path):
    data_dir = finished / parts.DATA
    everything = parts.untainted_errors(data_dir)["untainted_errors"][1]
    half = sorted(parts.ordinary_pictures(data_dir))[::2]
    assert 0 < parts.untainted_errors(data_dir, but=half)["untainted_errors"][1] < everything


@pytest.mark.long
def test_noise_of_the_expert_is_tried_on_the_playtest_of_the_clean_way(
    finished: Path, tmp_path: Path, monkeypatch
):
    ways = {"slips": Way(slips=1.0), "bots": Way(population="bots")}
    monkeypatch.setattr("gap_core.experiments.noise.WAYS", ways)
    played, crowds = played_before(finished), []

    def counted(*args: object, **kwargs: Any) -> dict[str, str]:
        crowds.append(kwargs["population"])
        return played(*args, **kwargs)

    run = opened(tmp_path)
    arms = run_experiment("noise", run, playtest=counted, on_step=lambda *told: None)["arms"]
    assert crowds == [TINY.population, "bots"]
    assert list(arms) == ["clean", "slips", "bots"]
    assert arms["slips"]["before"] == arms["clean"]["before"]
    assert arms["slips"]["labels"] == arms["clean"]["labels"] > 0
    answers = [
        {one.conversation: one.answer for one in parts.samples_of(tmp_path / folder / parts.DATA)}
        for folder in ("", "slips", "played")
    ]
    assert answers[0].keys() == answers[1].keys() and answers[0] != answers[1]
    assert not answers[2]


def test_number_of_seeds_is_the_run_s_own(tmp_path: Path):
    words = ["nothing", "--quick", "--repeat", "2", "--folder", str(tmp_path)]
    assert "No experiment is called" in CliRunner().invoke(main, words).output
    assert json.loads((tmp_path / "config.json").read_text())["scale"]["seeds"] == [1, 2]


def test_steps_that_are_over_are_not_done_again(tmp_path: Path):
    calls = []

    def work() -> dict[str, int]:
        calls.append(1)
        return {"n": len(calls)}

    assert opened(tmp_path).step("one", work) == {"n": 1}
    assert opened(tmp_path).step("one", work) == {"n": 1}
    with pytest.raises(ZeroDivisionError):
        opened(tmp_path).step("two", lambda: {"n": 1 // 0})
    assert opened(tmp_path).step("two", work) == {"n": 2}


def test_folder_of_another_scale_is_refused(tmp_path: Path):
    opened(tmp_path)
    with pytest.raises(GapError, match="another scale"):
        opened(tmp_path, FULL)


def test_whole_run_tells_scores_scenes_and_goals(finished: Path):
    text = (finished / "report.md").read_text()
    for told in ("validation, factual score", "fresh simple scenes", "fresh crowded", "Goal"):
        assert told in text
    assert (finished / "before_after.svg").read_text().startswith("<svg")
    scored = json.loads((finished / "steps" / "score.json").read_text())
    asked = json.loads((finished / "steps" / "build.json").read_text())["validation_labels"]
    assert scored["before"]["all"]["n"] + scored["before"]["all"]["unscored"] == asked > 0


def test_run_goes_on_from_what_it_has(finished: Path):
    trained = finished / "steps" / "train.json"
    before = trained.read_text()
    (finished / "steps" / "score.json").unlink()
    (finished / "report.md").unlink()

    def never(*args: object, **kwargs: object) -> dict[str, object]:
        raise AssertionError("the playtest is over")

    run_experiment("same-dataset", opened(finished), playtest=never, on_step=lambda *told: None)
    assert (finished / "report.md").is_file() and trained.read_text() == before


def test_expert_tells_the_truth_and_keeps_what_was_labeled(finished: Path):
    data_dir = finished / parts.DATA
    given = json.loads((finished / "steps" / "label.json").read_text())
    assert given["answer"] > given.get("model_right", 0)
    assert label_queue(data_dir, Expert(600), errors=parts.model_errors()) == given
    with Store.open(data_dir / parts.DB) as store:
        rows = store.connection.rows("SELECT count(*) FROM labels")
    assert rows[0][0] == sum(given.values())


def test_expert_who_slips_gives_another_answer_of_the_category():
    truths = {name: TurnTruth(name, "p", f"{name} dogs.", True, True) for name in ("two", "six")}
    truths["right"] = TurnTruth("right", "p", "one dog.", False, False)
    truths["untold"] = TurnTruth("untold", "p", None, None, None)
    item = SimpleNamespace(question="how many dogs?", category="Counting")
    for slips, said in ((1.0, "two dogs."), (0.0, "six dogs.")):
        knows = _Knowledge(truths, Expert(9, slips=slips))
        assert knows.entry_for(item, turn_id="two").answer == "two dogs."
        assert knows.entry_for(item, turn_id="six").answer == said
    assert knows.entry_for(item, turn_id="right").verdict == "model_right"
    assert knows.entry_for(item, turn_id="untold").verdict == "unanswerable"


def test_replay_is_learnt_but_never_asked(finished: Path):
    sides = parts.sides_of(finished / parts.DATA)
    assert any(map(is_replay, sides.train)) and not any(map(is_replay, sides.validation))
    learnt = {sample.image_id for sample in sides.train}
    assert not learnt & {sample.image_id for sample in sides.validation}


def test_what_the_game_told_it_to_get_wrong_is_asked_again_for_replay(finished: Path):
    learnt = parts.sides_of(finished / parts.DATA).train
    again = {one.conversation: one for one in learnt if is_replay(one)}
    with Store.open(finished / parts.DATA / parts.DB) as store:
        told_wrong = store.connection.rows("SELECT id, answer FROM turns WHERE told_wrong")
    false = {f"replay-{row['id']}": row["answer"] for row in told_wrong}
    asked_again = again.keys() & false.keys()
    assert asked_again
    assert sum(again[one].answer != false[one] for one in asked_again) > len(asked_again) / 2


def test_a_dataset_of_labels_is_built_with_replay(finished: Path, tmp_path: Path):
    shutil.copytree(finished / parts.DATA, data_dir := tmp_path / parts.DATA)
    words = ["--name", "both", "--replay", "5", "--data-dir", str(data_dir)]
    told = CliRunner().invoke(build_dataset, words)
    learnt = parts.sides_of(data_dir, "both").train
    again = sum(map(is_replay, learnt))
    assert 0 < again <= 5 and again < len(learnt)  # lint may find something
    assert f"of those for training, {again} are replay" in told.output
    folder = dataset_place(data_dir, "both")
    assert "are replay, so that the model does not forget" in (folder / "README.md").read_text()
    report = read_report(folder)
    labels = report["train"] + report["validation"] - again
    assert report["diversity"]["samples"] == labels


def test_replay_is_answered_by_the_model_that_played(finished: Path, tmp_path: Path):
    shutil.copytree(finished / parts.DATA, data_dir := tmp_path / parts.DATA)
    trained = json.loads((finished / "steps" / "train.json").read_text())
    adapter = finished / "train" / trained["adapter"]
    asked_of: list[set[str]] = []
    for one in (None, adapter):
        samples = parts.samples_of(data_dir)
        told: dict[str, Any] = {"replay": 3, "scale": TINY, "on_step": lambda *told: None}
        parts.build(data_dir, samples, adapter=one, name=f"again{len(asked_of)}", **told)
        with Store.open(data_dir / parts.DB) as store:
            rows = store.connection.rows(
                """SELECT DISTINCT adapter FROM evaluation_answers
                JOIN deck_images USING (image_id) WHERE taint = 'tainted'"""
            )
        asked_of.append({row["adapter"] for row in rows})
    assert asked_of[0] == {""} and len(asked_of[1]) == 2


def test_what_somebody_did_not_believe_is_not_replayed(finished: Path, tmp_path: Path):
    shutil.copy(finished / parts.DATA / parts.DB, tmp_path)
    with Store.open(tmp_path / parts.DB) as store:
        (honest, *_) = store.connection.rows(
            """SELECT turns.id FROM turns JOIN rounds ON rounds.id = round_id
            JOIN verdicts ON turn_id = turns.id
            WHERE tainted AND NOT told_wrong AND verdict = 'correct'"""
        )
        before = {one.turn_id for one in store.replay.asked_on_traps()}
        store.connection.rows("DROP TRIGGER verdicts_never_update")
        store.connection.rows(
            "UPDATE verdicts SET verdict = 'wrong' WHERE turn_id = :id", {"id": honest["id"]}
        )
        after = {one.turn_id for one in store.replay.asked_on_traps()}
    assert before - after == {honest["id"]}


def test_questions_by_lot_are_of_training_pictures_and_not_chosen_by_marks(finished: Path):
    ground = Ground(finished / parts.DATA, parts.sides_of(finished / parts.DATA))
    drawn = random_samples(ground, most=1000, seed=1)
    pictures = {sample.image_id for sample in learnt_labels(ground)}
    assert {sample.image_id for sample in drawn} <= pictures
    assert any(sample.answer == sample.model_answer for sample in drawn)  # the model was right
    assert random_samples(ground, most=5, seed=2) == random_samples(ground, most=5, seed=2)


def test_gains_of_seeds_have_an_interval_and_a_goal():
    def arm(gain: float) -> dict[str, dict[str, float]]:
        return {"gain": {"difference": gain}}

    def arms(**gains: tuple[float, ...]) -> dict[str, dict[str, dict[str, float]]]:
        named = {"selected": gains["selected"], "random": gains["random"]}
        named["replay alone"] = gains["alone"]
        return {f"{way}, seed {n}": arm(g) for way, own in named.items() for n, g in enumerate(own)}

    found = _gains(
        arms(selected=(0.3, 0.32, 0.28), random=(0.1, 0.12, 0.08), alone=(0.06, 0.04, 0.05))
    )
    assert found["times"] == pytest.approx(3) and found["goal_met"]
    assert found["floor"] == pytest.approx(0.05) and found["times_beyond"] == pytest.approx(5)
    low, high = found["more_interval"]
    assert low == pytest.approx(0.2) and high == pytest.approx(0.2)
    lone = _gains(arms(selected=(0.1,), random=(-0.1,), alone=(0.0,)))
    assert lone["times"] is None and lone["goal_met"] and lone["times_beyond"] is None
    assert not _gains(arms(selected=(0.1,), random=(0.06,), alone=(0.0,)))["goal_met"]


def test_figures_survive_their_step():
    figure = Figure(0.5, Interval(0.5, 0.4, 0.6), 10, 9, 1)
    assert figure_of(json.loads(json.dumps(parts.plain(figure)))) == figure
    record = {"difference": 0.1, "interval": None, "p": None, "n": 3, "pictures": 1}
    assert str(paired_of(record)) == "+0.100 [one picture] n=3"
    chart = before_after_chart({"before": {"all": figure}}, title="t").to_dict()
    assert len(chart["layer"]) == 2
    assert table(["a", "b"], [[1, "x"]]) == "| a | b |\n| --- | --- |\n| 1 | x |"


def test_only_ordinary_pictures_are_of_the_world_that_was_not_taught(tmp_path: Path):
    scenes = deal_scenes(tmp_path, tainted=3, untainted=4, ordinary=EDITIONS["full"])
    worlds = {
        taint: [scenes[image.id].world.name for image in images]
        for taint, images in dealt_images(tmp_path).items()
    }
    assert worlds == {"tainted": ["basic"] * 3, "untainted": ["full"] * 4}


def dealt_images(folder: Path) -> dict[str, list[ImageRecord]]:
    with Store.open(folder / parts.DB) as store:
        return {
            taint: store.images.in_deck(parts.DECK, taint=taint)
            for taint in ("tainted", "untainted")
        }


def test_fresh_scenes_are_also_of_the_world_that_was_played():
    scale = replace(scale_of("full", is_quick=True, seed=1), scenes=3)
    found = fresh_scenes(parts.MODEL, None, scale, lambda *told: None)
    assert {kind: len(right) for kind, right in found.items()} == {
        "simple": 3,
        "crowded": 3,
        "full world's": 3,
    }


def test_unknown_experiment_and_missing_weights_are_told(tmp_path: Path):
    told = ["--data-dir", str(tmp_path)]
    unknown = CliRunner().invoke(main, ["nonsense", *told])
    assert unknown.exit_code == 1 and "same-dataset, informative" in unknown.output
    assert set(EXPERIMENTS) > {"rounds", "noise", "cross-model"}


@pytest.mark.parametrize(("name", "world"), [("same-dataset", "full"), ("noise", "basic")])
def test_experiment_has_a_world_of_its_own(tmp_path: Path, monkeypatch, name: str, world: str):
    scales: list[Scale] = []
    monkeypatch.setattr(
        "gap_core.experiments.catalogue.EXPERIMENTS",
        {name: lambda run, **given: scales.append(run.scale) or write_report(run)},
    )
    for chosen in ([], ["--world", "basic"]):
        folder = tmp_path / f"run{len(chosen)}"
        result = CliRunner().invoke(main, [name, "--quick", "--folder", str(folder), *chosen])
        assert result.exit_code == 0, result.output
    assert [scale.world for scale in scales] == [world, "basic"]


def write_report(run: ExperimentRun) -> dict[str, object]:
    (run.folder / "report.md").write_text("told")
    return {}


def test_cross_model_without_weights_says_what_to_train(tmp_path: Path, monkeypatch):
    monkeypatch.setitem(OWN_FOLDERS, "pocket-qwen", tmp_path / "none")
    result = CliRunner().invoke(main, ["cross-model", "--data-dir", str(tmp_path)])
    assert result.exit_code == 1 and "build_pocket --part pocket-qwen" in result.output
