# A rude nickname leaves every page and can come back.
from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from gap_core.errors import GapError
from scripts.hide_nickname import main
from tests.fixtures_play import Table


def run(table: Table, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--db", str(table.db_path), *arguments])


def test_a_hidden_nickname_shows_nowhere_and_keeps_its_points(table: Table) -> None:
    player_id = table.join("Rude Name")
    points = table.play_session(player_id, catches_traps=True).session.finished.points
    result = run(table, "RUDE name")

    assert json.loads(result.stdout.splitlines()[-1]) == {"before": "Rude Name", "now": "player 1"}
    (line,) = table.game.leaderboard()
    assert (line.nickname, line.points) == ("player 1", points)
    assert table.game.view(player_id).player.nickname == "player 1"


def test_hiding_can_be_undone(table: Table) -> None:
    player_id = table.join("Rude Name")
    run(table, "Rude Name")
    run(table, "player 1", "--undo")

    assert table.game.player(player_id).nickname == "Rude Name"
    with pytest.raises(GapError, match="is taken"):
        table.join("rude name")


def test_a_neutral_name_is_nobody_elses(table: Table) -> None:
    table.join("Player 1")
    table.join("Rude Name")

    assert "called 'player 2' now" in run(table, "Rude Name").output
    with pytest.raises(GapError, match="is taken"):
        table.join("PLAYER 2")


@pytest.mark.parametrize(
    ("arguments", "refusal"),
    [
        (["nobody"], "No player is called 'nobody'"),
        (["player 1"], "already stands for a hidden nickname"),
        (["Ada", "--undo"], "'Ada' hides no nickname"),
        (["player 1", "--undo"], "Nickname 'Rude Name' is somebody else's by now"),
    ],
)
def test_what_can_not_be_done_is_said(table: Table, arguments: list[str], refusal: str) -> None:
    table.join("Ada")
    table.join("Rude Name")
    run(table, "Rude Name")
    table.join("rude NAME")
    result = run(table, *arguments)

    assert result.exit_code == 1 and refusal in result.output


def test_no_database_is_made_by_mistake(table: Table) -> None:
    missing = table.data_dir / "elsewhere"
    result = CliRunner().invoke(main, ["Ada", "--data-dir", str(missing)])

    assert result.exit_code == 1 and "No database at" in result.output
    assert not missing.exists()
