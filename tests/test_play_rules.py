# What a session does: rounds, deadlines, verdicts, points. Called through the game's door only.
from __future__ import annotations

import pytest

from gap_core.errors import GapError
from gap_core.play import RoundView
from tests.fixtures_play import Table


def shown(table: Table, player_id: str) -> RoundView:
    session = table.game.view(player_id).session
    assert session is not None and session.round is not None
    return session.round


def test_session_shows_ten_pictures_one_after_the_other(table: Table) -> None:
    player_id = table.started()
    for place in range(1, 11):
        view = table.game.view(player_id)
        assert (view.session.place, view.session.total) == (place, 10)
        view = table.mark(player_id, table.ask(player_id), "wrong")
    assert view.session.round is None
    assert view.session.finished.questions == 10


def test_wrong_closes_the_round_and_correct_keeps_it(table: Table) -> None:
    player_id = table.started()
    first = table.token(player_id)
    table.mark(player_id, table.ask(player_id), "correct")
    assert table.token(player_id) == first
    table.mark(player_id, table.ask(player_id, "And that?"), "wrong")
    assert table.token(player_id) != first


def test_unanswered_verdict_is_refused(table: Table) -> None:
    player_id = table.started()
    turn = table.open_turn(player_id)
    with pytest.raises(GapError, match="not complete"):
        table.mark(player_id, turn, "wrong")
