"""Playtests through the handlers, and what is true of them, apart from the game's file."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner

from db import Store
from db.truth_store import TRUTH_FILE, SimulatedPlayerRecord, TruthStore, TurnTruth
from scripts import simulate_playtest
from tests.fixtures_models import ScriptedModel

ROOT = Path(__file__).resolve().parents[1]


class Playtest(NamedTuple):
    folder: Path
    report: dict


@pytest.fixture(scope="module")
def playtest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Playtest]:
    folder = tmp_path_factory.mktemp("playtest")
    model = ScriptedModel(default="It is sunny.")
    report = simulate_playtest.play(
        model, folder=folder, players=3, sessions=2, seed=4, pictures=(8, 8), keeps_truth=True
    )
    return Playtest(folder, report)


def test_players_play_their_sessions_through_the_handlers(playtest):
    report = playtest.report
    assert report["accounts"] == 3 and report["accounts with more"].hits == 3
    assert 3 <= report["sessions finished"] <= 6  # a player may walk away from one
    assert report["turns"] >= report["verdicts"] >= 30
    assert report["questions refused"] == 0


def test_the_pooled_posterior_stands_beside_the_truth(playtest):
    truth = playtest.report["marked Wrong on ordinary pictures"]
    found = playtest.report["pooled posterior by joint"]
    assert truth.n >= 10
    assert 0 <= float(found.split()[0]) <= 1 and "[" in found


def test_every_turn_and_player_has_a_truth_that_fits_the_game(playtest):
    with Store.open(playtest.folder / "gap.db") as store:
        turns = store.connection.rows(
            "SELECT turns.id AS id, answer, verdict FROM turns LEFT JOIN verdicts "
            "ON verdicts.turn_id = turns.id"
        )
    with TruthStore.open(playtest.folder / TRUTH_FILE) as truths:
        players, known = truths.players(), truths.turns()
    assert set(known) == {turn["id"] for turn in turns} and len(players) == 3
    for turn in turns:
        truth = known[turn["id"]]
        assert truth.player_id in players
        if truth.model_erred is not None and turn["verdict"] is not None:
            assert truth.verdict_right == ((turn["verdict"] == "wrong") == truth.model_erred)
    erred = [truth.model_erred for truth in known.values()]
    assert erred.count(True) == playtest.report["answers truly wrong"].hits


def test_simulated_time_is_stored_and_costs_no_waiting(playtest):
    with Store.open(playtest.folder / "gap.db") as store:
        (row,) = store.connection.rows(
            "SELECT sum(julianday(finished_utc) - julianday(started_utc)) * 86400 AS played_s "
            "FROM sessions WHERE finish_reason = 'played'"
        )
    assert row["played_s"] > 6 * 60  # six sessions of minutes each, by the players' clocks


def test_sessions_walked_off_from_are_closed_in_the_end(playtest):
    with Store.open(playtest.folder / "gap.db") as store:
        (row,) = store.connection.rows(
            "SELECT count(*) AS n FROM sessions WHERE finished_utc IS NULL"
        )
    assert row["n"] == 0


def test_what_was_kept_is_read_again(tmp_path):
    player = SimulatedPlayerRecord("p", "careful", 0.97, 0.95, 12.0)
    turns = [
        TurnTruth("a", "p", "It is rainy.", model_erred=True, verdict_right=None),
        TurnTruth("b", "p", None, model_erred=None, verdict_right=None),
    ]
    with TruthStore.open(tmp_path / TRUTH_FILE) as store:
        store.add([player], turns)
    with TruthStore.open(tmp_path / TRUTH_FILE) as store:
        assert store.players() == {"p": player}
        assert store.turns() == {"a": turns[0], "b": turns[1]}


def test_the_games_file_holds_no_truth_of_simulated_play(playtest):
    with Store.open(playtest.folder / "gap.db") as store:
        tables = store.connection.database.table_names()
    assert [name for name in tables if name.startswith("simulated")] == []


def test_nothing_that_plays_scores_or_labels_names_the_truth():
    readers = [
        file
        for room in ("gap_core/play", "gap_core/scoring", "gap_core/labeling", "apps", "db")
        for file in (ROOT / room).rglob("*.py")
        if file.name != "truth_store.py"
    ]
    words = ("truth_store", "simulated_truth", "simulated_turns", "simulated_players")
    named = [file.name for file in readers if any(word in file.read_text() for word in words)]
    assert len(readers) > 80 and named == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--population", "elves"], "No population 'elves'. Choose one: mixed"),
        (["--keep-truth"], "add --data-dir"),
        (["--players", "0"], "at least one player"),
    ],
)
def test_a_playtest_that_makes_no_sense_is_refused(options, words):
    result = CliRunner().invoke(simulate_playtest.main, options)
    assert result.exit_code == 1 and words in result.output
