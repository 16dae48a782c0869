# How rounds and sessions move on: places, deadlines, time-outs, the close.
from __future__ import annotations

from dataclasses import replace

import pytest

from gap_core.errors import GapError
from gap_core.play import Rules
from tests.fixtures_play import Table


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


def test_second_start_goes_on_with_the_open_session(table: Table) -> None:
    player_id = table.started()
    table.clock.advance(30)
    again = table.game.start_session(player_id)
    assert again.session.round.seconds_left == 90
    assert len(table.rounds(player_id)) == 10


def test_reload_and_restart_keep_round_and_deadline(table: Table) -> None:
    player_id = table.started()
    first = table.shown(player_id)
    table.clock.advance(50)
    after = table.restarted().view(player_id).session.round
    assert (after.token, after.seconds_left) == (first.token, 70)


def test_time_out_moves_to_the_next_picture(table: Table) -> None:
    player_id = table.started()
    first = table.token(player_id)
    table.clock.advance(121.5)
    assert table.shown(player_id).token == first  # the grace is not over
    table.clock.advance(0.1)
    view = table.game.view(player_id)
    assert (view.session.place, view.session.round.seconds_left) == (2, 120)
    assert table.rounds(player_id)[0].close_reason == "timeout"


def test_closed_laptop_burns_one_picture_only(table: Table) -> None:
    player_id = table.started()
    table.clock.advance(3 * 3600)
    view = table.game.view(player_id)
    assert (view.session.place, view.session.round.seconds_left) == (2, 120)


def test_ten_time_outs_finish_the_session_with_no_points(table: Table) -> None:
    player_id = table.started()
    for _ in range(10):
        table.clock.advance(122)
        view = table.game.view(player_id)
    assert view.session.finished.points == 0
    assert view.session.finished.was_played_out


def test_session_closes_by_itself_after_six_hours(table: Table) -> None:
    player_id = table.started()
    table.clock.advance(6 * 3600)
    view = table.game.view(player_id)
    assert not view.session.finished.was_played_out
    with table.store() as store:
        session = store.sessions.latest(player_id)
    assert (session.finish_reason, session.finished_utc) == ("closed", session.closes_utc)
    assert table.rounds(player_id)[0].close_reason == "session_closed"


def test_new_session_starts_after_the_old_one_closed(table: Table) -> None:
    player_id = table.started()
    table.clock.advance(6 * 3600)
    view = table.game.start_session(player_id)
    assert (view.session.place, view.session.finished) == (1, None)


def test_waiting_for_the_model_stops_the_clock(table: Table) -> None:
    player_id = table.started()
    table.clock.advance(100)
    turn = table.open_turn(player_id)
    table.clock.advance(60)
    waiting = table.shown(player_id)
    assert (waiting.seconds_left, waiting.is_waiting) == (20, True)
    table.finish(turn.turn_id)
    assert table.shown(player_id).seconds_left == 20
    table.clock.advance(15)
    table.mark(player_id, turn, "correct")


def test_last_question_marked_correct_moves_on(table: Table) -> None:
    table.rules = replace(table.rules, questions_per_round=2)
    player_id = table.started()
    for _ in range(2):
        view = table.mark(player_id, table.ask(player_id), "correct")
    assert view.session.place == 2
    assert table.rounds(player_id)[0].close_reason == "questions_used"


def test_turn_of_a_dead_process_is_given_up_and_its_time_given_back(table: Table) -> None:
    player_id = table.started()
    table.clock.advance(30)
    table.open_turn(player_id)
    table.clock.advance(table.rules.answer_timeout_s + 1)
    after = table.shown(player_id)
    assert (after.is_waiting, after.seconds_left) == (False, 89)
    table.ask(player_id)


def test_server_start_gives_up_what_the_last_one_left(table: Table) -> None:
    player_id = table.started()
    table.open_turn(player_id)
    table.clock.advance(10)
    assert table.restarted().release_lost_turns() == 1
    assert table.shown(player_id).seconds_left == 120
    assert table.restarted().release_lost_turns() == 0


def test_clock_that_jumps_back_gives_no_more_than_a_round(table: Table) -> None:
    player_id = table.started()
    turn = table.open_turn(player_id)
    table.clock.advance(-3600)
    assert not table.shown(player_id).is_waiting
    with pytest.raises(GapError, match="given up"):
        table.finish(turn.turn_id)
    assert table.shown(player_id).seconds_left == 120
    table.mark(player_id, table.ask(player_id), "wrong")
    table.clock.advance(122)
    assert table.game.view(player_id).session.place == 3


def test_answer_before_its_question_by_the_clock_is_taken(table: Table) -> None:
    player_id = table.started()
    turn = table.open_turn(player_id)
    table.clock.advance(-5)
    table.finish(turn.turn_id)
    after = table.shown(player_id)
    assert (after.turns[0].answer, after.seconds_left) == ("A cat.", 120)
    table.mark(player_id, turn, "correct")
    assert table.shown(player_id).turns[0].verdict == "correct"


def test_rules_that_contradict_themselves_are_refused() -> None:
    for broken in ({"wrong_rate": 1.5}, {"round_s": -1.0}, {"asks_per_round": 3}):
        with pytest.raises(ValueError):
            Rules(**broken)  # type: ignore[arg-type]
