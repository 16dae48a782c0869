# A rude nickname leaves every page and can come back.
from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from gap_core.errors import GapError
from scripts.hide_nickname import main
from tests.fixtures_game import GameServer, WirePlayer
from tests.fixtures_play import Table
from tests.test_taking_back import finish


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


def in_team(table: Table, nickname: str, team: str) -> str:
    return table.game.join(nickname, team=team, consent_version="1").id


def test_a_hidden_team_shows_nowhere_however_it_is_spelt(table: Table) -> None:
    ada = in_team(table, "Ada", "Rude Team")
    ben, cy = in_team(table, "Ben", "rude TEAM"), in_team(table, "Cy", "Others")
    result = run(table, "rude team", "--team")

    assert json.loads(result.stdout.splitlines()[-1])["now"] == "team 1"
    assert [table.game.player(one).team for one in (ada, ben, cy)] == ["team 1", "team 1", "Others"]


def test_who_joins_a_hidden_team_later_stands_with_the_others(table: Table) -> None:
    in_team(table, "Ada", "Rude Team")
    run(table, "Rude Team", "--team")

    assert table.game.player(in_team(table, "Ben", "RUDE team")).team == "team 1"


def test_hiding_a_team_can_be_undone_to_each_ones_spelling(table: Table) -> None:
    ada = in_team(table, "Ada", "Rude Team")
    run(table, "Rude Team", "--team")
    ben, typed = in_team(table, "Ben", "RUDE team"), in_team(table, "Cy", "team 1")
    run(table, "team 1", "--team", "--undo")
    later = in_team(table, "Di", "Rude Team")
    teams = [table.game.player(one).team for one in (ada, ben, typed, later)]

    assert teams == ["Rude Team", "RUDE team", "team 1", "Rude Team"]


def test_a_neutral_team_name_is_no_other_teams(table: Table) -> None:
    in_team(table, "Ada", "Team 1")
    in_team(table, "Ben", "Rude Team")

    assert "called 'team 2' now" in run(table, "Rude Team", "--team").output


@pytest.mark.parametrize(
    ("arguments", "refusal"),
    [
        (["nobody", "--team"], "No team is called 'nobody'"),
        (["", "--team"], "No team is called ''"),
        (["team 1", "--team"], "already stands for a hidden team"),
        (["Others", "--team", "--undo"], "'Others' hides no team"),
    ],
)
def test_teams_that_can_not_be_renamed_are_refused(
    table: Table, arguments: list[str], refusal: str
) -> None:
    table.join("Nobody's")
    in_team(table, "Ada", "Rude Team")
    in_team(table, "Ben", "Others")
    run(table, "Rude Team", "--team")
    result = run(table, *arguments)

    assert result.exit_code == 1 and refusal in result.output


# "player 1" and "team 1" stood there whatever the language.
def test_hidden_names_are_shown_in_the_readers_language(game_server: GameServer) -> None:
    table = game_server.table
    rude = WirePlayer(game_server.url).join("Rude Name", team="Rude Team")
    reader = game_server.player("Reader")
    finish(table, "Rude Name")
    finish(table, "Reader")
    run(table, "Rude Name")
    run(table, "Rude Team", "--team")
    for player in (rude, reader):
        player.http.cookies.set("gap_language", "es")
    pages = [reader.http.get(f"/{name}").text.split("<main")[1] for name in ("week", "wall")]
    board = rude.board("look")

    assert all("jugador 1" in page and "equipo 1" in page for page in pages)
    assert all("player 1" not in page and "team 1" not in page for page in pages)
    assert board["nickname"] == "jugador 1"
    assert [line["nickname"] for line in board["end"]["top"] if line["is_me"]] == ["jugador 1"]
    assert "jugador 1" in rude.http.get("/withdraw").text
