# Both error rates on traps whose truth is known: counted right, kept where the game looks.
from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner

from db import Store
from gap_core.decks.deal import deal_pocket_deck
from gap_core.decks.trap_errors import (
    measure_traps,
    sample_trap_asks,
    traps_with_known_answers,
)
from gap_core.errors import GapError
from gap_core.pocket_world.truth import true_answer
from models.base import Ask, Reply
from models.measured import read_measured
from models.prompts import WRONG
from scripts.measure_traps import main
from tests.fixtures_play import DECK, fill_deck


@pytest.fixture(scope="module")
def dealt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a small pocket deck."""
    folder = tmp_path_factory.mktemp("dealt")
    with Store.open(folder / "gap.db") as store:
        deal_pocket_deck(store, data_dir=folder, tainted=6, untainted=5)
    return folder


class Knowing:
    """Tells the truth by the scene graph, but for what `spoil` makes of it."""

    name, quantization, adapter = "knowing", "none", None

    def __init__(self, truths: Sequence[str], spoil: Callable[[str, str, int], str]) -> None:
        self._truths = truths
        self._spoil = spoil
        self._asked: dict[str, int] = {}

    def answer(self, asks: list[Ask]) -> list[Reply]:
        replies = []
        for ask in asks:
            place = self._asked.get(ask.system, 0)
            self._asked[ask.system] = place + 1
            text = self._spoil(self._truths[place], ask.system, place)
            replies.append(Reply(text, 5, 0.1, 0.1))
        return replies


def report_of(dealt: Path, spoil: Callable[[str, str, int], str]) -> object:
    with Store.open(dealt / "gap.db") as store:
        traps = traps_with_known_answers(store, "pocket")
    truths = [
        true_answer(ask.scene, ask.question)
        for ask in sample_trap_asks(traps, questions=60, seed=3)
    ]
    model = Knowing(truths, spoil)
    return measure_traps(model, traps, data_dir=dealt, questions=60, seed=3)  # type: ignore[arg-type]


def test_only_traps_are_asked_about_and_each_as_often(dealt: Path) -> None:
    with Store.open(dealt / "gap.db") as store:
        traps = traps_with_known_answers(store, "pocket")
    asked = [ask.picture.image_id for ask in sample_trap_asks(traps, questions=60, seed=3)]

    assert len(traps) == 6
    assert {asked.count(trap.image_id) for trap in traps} == {10}


def test_truth_told_always_is_no_honest_error_and_always_a_slip(dealt: Path) -> None:
    report = report_of(dealt, lambda truth, _system, _place: truth)

    assert (report.honest_wrong.hits, report.honest_wrong.n) == (0, 60)
    assert (report.told_right.hits, report.told_right.n) == (60, 60)
    assert report.honest_wrong.high > 0.02


def test_answers_without_a_fact_are_unscored(dealt: Path) -> None:
    report = report_of(
        dealt, lambda truth, system, place: "Hm." if system == WRONG or place < 5 else truth
    )

    assert (report.unscored_honest, report.unscored_told) == (5, 60)
    assert (report.honest_wrong.n, report.told_right.mean) == (55, None)


def test_deck_without_known_answers_is_refused(tmp_path: Path) -> None:
    fill_deck(tmp_path / "gap.db", tmp_path, tainted=5, untainted=5)
    with Store.open(tmp_path / "gap.db") as store, pytest.raises(GapError, match="no trap whose"):
        traps_with_known_answers(store, DECK)


def test_pocket_is_measured_with_intervals(dealt: Path) -> None:
    command = ["--model", "pocket", "--questions", "20", "--data-dir", str(dealt)]
    shown = CliRunner().invoke(main, command)
    assert shown.exit_code == 0, shown.output
    told = json.loads(shown.stdout.splitlines()[-1])

    assert told["honest_wrong"] < 0.5 and told["measured_on"] > 10
    assert told["honest_wrong_95"][0] <= told["honest_wrong"] <= told["honest_wrong_95"][1]


def test_figures_of_a_folder_are_kept_beside_its_weights(dealt: Path, tmp_path: Path) -> None:
    from models.registry import POCKET_FOLDER

    for file in POCKET_FOLDER.iterdir():
        if file.name != "measured.json":
            (tmp_path / file.name).write_bytes(file.read_bytes())
    command = ["--model", str(tmp_path), "--deck", "pocket", "--questions", "20", "--write"]
    result = CliRunner().invoke(main, [*command, "--data-dir", str(dealt)])
    assert result.exit_code == 0, result.output
    kept = json.loads((tmp_path / "measured.json").read_text())

    assert read_measured(str(tmp_path)).measured_on == kept["measured_on"] > 10
    assert kept["deck"] == "pocket" and kept["prompt_version"]


def test_too_few_questions_are_refused() -> None:
    result = CliRunner().invoke(main, ["--questions", "3"])

    assert result.exit_code == 1 and "Take 10 or more" in result.output
