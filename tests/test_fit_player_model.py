# The script that fits the player model at once: one run with the real classes, and what it refuses.
from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from scripts.fit_player_model import main
from tests.fixtures_play import DECK, Table

if TYPE_CHECKING:
    from models.transformers_vlm import TransformersVLM


def run(table: Table, *options: str) -> Result:
    return CliRunner().invoke(main, ["--data-dir", str(table.data_dir), "--deck", DECK, *options])


def test_all_pictures_are_looked_at_and_listed(
    table: Table, random_pocket: TransformersVLM, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.registry.load_model", lambda name: random_pocket)
    table.play_session(table.join(), catches_traps=True)
    result = run(table)

    assert result.exit_code == 0, result.output
    assert "26 pictures looked at" in result.output
    assert "hardest" in result.output and "easiest" in result.output
    _, _, players = result.output.partition("ablest")
    assert re.search(r"\n.+  ability -?\d+\.\d\d \[-?[\d.]+, -?[\d.]+\]  n=\d+\n", players)
    record = json.loads(result.stdout.splitlines()[-1])
    assert (record["turns"], record["pictures"]) == (5, 26)
    assert record["alpha"] > 0


def test_predictions_are_checked_and_drawn(
    table: Table, random_pocket: TransformersVLM, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.registry.load_model", lambda name: random_pocket)
    for number in range(6):
        table.play_session(table.join(f"player {number}"), catches_traps=number > 1)
    result = run(table, "--charts", str(table.data_dir / "charts"))

    assert result.exit_code == 0, result.output
    assert "new players   AUC" in result.output
    assert 0 <= json.loads(result.stdout.splitlines()[-1])["player_auc"] <= 1
    drawn = [
        (table.data_dir / "charts" / name).read_text() for name in ("roc.svg", "calibration.svg")
    ]
    assert all("new pictures" in chart for chart in drawn)


def test_model_without_an_eye_is_refused(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    table.join()
    monkeypatch.setattr("models.registry.load_model", lambda name: object())

    assert "Nobody can look through the eye of 'pocket-full'" in run(table).output


def test_nothing_played_is_said(
    table: Table, random_pocket: TransformersVLM, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.registry.load_model", lambda name: random_pocket)
    table.join()
    result = run(table)

    assert result.exit_code == 1 and "Nobody has marked an answer on a trap yet" in result.output


def test_no_database_is_made_by_mistake(table: Table) -> None:
    result = CliRunner().invoke(main, ["--data-dir", str(table.data_dir / "elsewhere")])

    assert result.exit_code == 1 and "No database at" in result.output
