# What a session does: rounds, deadlines, verdicts, points. Called through the game's door only.
from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from db.records import RoundRecord
from gap_core.errors import GapError
from gap_core.play import RoundView, Rules
from models.prompts import HONEST, WRONG
from tests.fixtures_play import START, Table, fill_deck


def shown(table: Table, player_id: str) -> RoundView:
    session = table.game.view(player_id).session
    assert session is not None and session.round is not None
    return session.round


def rounds(table: Table, player_id: str) -> list[RoundRecord]:
    with table.store() as store:
        session = store.sessions.latest(player_id)
        assert session is not None
        return store.sessions.rounds(session.id)


def test_session_shows_ten_pictures_one_after_the_other(table: Table) -> None:
    player_id = table.started()
    for place in range(1, 11):
        view = table.game.view(player_id)
        assert (view.session.place, view.session.total) == (place, 10)
        view = table.mark(player_id, table.ask(player_id), "wrong")
    assert view.session.round is None
    assert view.session.finished.questions == 10


def test_session_has_five_of_each_kind_in_no_fixed_order(table: Table) -> None:
    orders = []
    for number in range(6):
        dealt = rounds(table, table.started(f"player {number}"))
        assert Counter(place.tainted for place in dealt) == {True: 5, False: 5}
        orders.append(tuple(place.tainted for place in dealt))
    assert len(set(orders)) > 1


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
    assert len(rounds(table, player_id)) == 10


def test_reload_and_restart_keep_round_and_deadline(table: Table) -> None:
    player_id = table.started()
    first = shown(table, player_id)
    table.clock.advance(50)
    after = table.restarted().view(player_id).session.round
    assert (after.token, after.seconds_left) == (first.token, 70)


def test_time_out_moves_to_the_next_picture(table: Table) -> None:
    player_id = table.started()
    first = table.token(player_id)
    table.clock.advance(121.5)
    assert shown(table, player_id).token == first  # the grace is not over
    table.clock.advance(0.1)
    view = table.game.view(player_id)
    assert (view.session.place, view.session.round.seconds_left) == (2, 120)
    assert rounds(table, player_id)[0].close_reason == "timeout"


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
    assert rounds(table, player_id)[0].close_reason == "session_closed"


def test_closed_session_is_scored_as_it_stands(table: Table) -> None:
    table.rules = replace(table.rules, wrong_rate=1.0)
    player_id = table.started()
    for _ in range(4):
        table.mark(player_id, table.ask(player_id), "wrong")
    traps = sum(place.tainted for place in rounds(table, player_id)[:4])
    table.clock.advance(6 * 3600)
    finished = table.game.view(player_id).session.finished
    assert (finished.points, finished.traps_caught, finished.questions) == (20 * traps, traps, 4)


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
    waiting = shown(table, player_id)
    assert (waiting.seconds_left, waiting.is_waiting) == (20, True)
    table.finish(turn.turn_id)
    assert shown(table, player_id).seconds_left == 20
    table.clock.advance(15)
    table.mark(player_id, turn, "correct")


def test_question_after_the_deadline_is_refused(table: Table) -> None:
    player_id = table.started()
    token = table.token(player_id)
    table.clock.advance(120.5)
    with pytest.raises(GapError, match="time for this picture is over"):
        table.game.open_turn(player_id, round_token=token, question="Late?")


def test_verdict_is_taken_in_the_grace_and_not_after_it(table: Table) -> None:
    player_id = table.started()
    turn = table.ask(player_id)
    table.clock.advance(121.4)
    table.mark(player_id, turn, "correct")
    late = table.started("Bob")
    turn = table.ask(late)
    table.clock.advance(121.6)
    with pytest.raises(GapError, match="time for this picture is over"):
        table.mark(late, turn, "wrong")
    assert rounds(table, late)[0].close_reason == "timeout"


def test_verdict_is_taken_once(table: Table) -> None:
    player_id = table.started()
    turn = table.ask(player_id)
    table.mark(player_id, turn, "correct")
    with pytest.raises(GapError, match="marked already"):
        table.mark(player_id, turn, "wrong")


def test_verdict_for_another_player_is_refused(table: Table) -> None:
    turn = table.ask(table.started())
    with pytest.raises(GapError, match="not one of your game"):
        table.mark(table.started("Eve"), turn, "wrong")


def test_verdict_before_the_answer_is_refused(table: Table) -> None:
    player_id = table.started()
    with pytest.raises(GapError, match="not complete"):
        table.mark(player_id, table.open_turn(player_id), "wrong")


@pytest.mark.parametrize("verdict", ["", "CORRECT", "'; DROP TABLE verdicts; --", None, 1])
def test_unknown_verdict_is_refused(table: Table, verdict: object) -> None:
    player_id = table.started()
    with pytest.raises(GapError, match="'correct' or 'wrong'"):
        table.mark(player_id, table.ask(player_id), verdict)  # type: ignore[arg-type]


def test_second_question_waits_for_answer_and_verdict(table: Table) -> None:
    player_id = table.started()
    turn = table.open_turn(player_id)
    with pytest.raises(GapError, match="still being answered"):
        table.open_turn(player_id)
    table.finish(turn.turn_id)
    with pytest.raises(GapError, match="before you ask again"):
        table.open_turn(player_id)


def test_failed_answer_may_be_asked_again_and_is_not_counted(table: Table) -> None:
    player_id = table.started()
    turn = table.open_turn(player_id)
    table.clock.advance(40)
    table.game.fail_turn(turn.turn_id, failure="model error")
    after = shown(table, player_id)
    assert (after.questions_left, after.turns, after.seconds_left) == (12, (), 120)
    table.ask(player_id)


def test_failing_a_finished_turn_changes_nothing(table: Table) -> None:
    player_id = table.started()
    turn = table.ask(player_id)
    table.game.fail_turn(turn.turn_id, failure="tab closed")
    assert shown(table, player_id).turns[0].answer == "A cat."


def test_answer_after_the_question_was_given_up_is_refused(table: Table) -> None:
    turn = table.open_turn(table.started())
    table.game.fail_turn(turn.turn_id, failure="cancelled")
    with pytest.raises(GapError, match="given up"):
        table.finish(turn.turn_id)


def test_asking_and_hanging_up_has_an_end(table: Table) -> None:
    player_id = table.started()
    for _ in range(table.rules.asks_per_round):
        table.game.fail_turn(table.open_turn(player_id).turn_id, failure="cancelled")
    with pytest.raises(GapError, match="no more are allowed"):
        table.open_turn(player_id)


def test_last_question_marked_correct_moves_on(table: Table) -> None:
    table.rules = replace(table.rules, questions_per_round=2)
    player_id = table.started()
    for _ in range(2):
        view = table.mark(player_id, table.ask(player_id), "correct")
    assert view.session.place == 2
    assert rounds(table, player_id)[0].close_reason == "questions_used"


def test_turn_of_a_dead_process_is_given_up_and_its_time_given_back(table: Table) -> None:
    player_id = table.started()
    table.clock.advance(30)
    table.open_turn(player_id)
    table.clock.advance(table.rules.answer_timeout_s + 1)
    after = shown(table, player_id)
    assert (after.is_waiting, after.seconds_left) == (False, 89)
    table.ask(player_id)


def test_server_start_gives_up_what_the_last_one_left(table: Table) -> None:
    player_id = table.started()
    table.open_turn(player_id)
    table.clock.advance(10)
    assert table.restarted().release_lost_turns() == 1
    assert shown(table, player_id).seconds_left == 120
    assert table.restarted().release_lost_turns() == 0


def test_clock_that_jumps_back_gives_no_more_than_a_round(table: Table) -> None:
    player_id = table.started()
    turn = table.open_turn(player_id)
    table.clock.advance(-3600)
    assert not shown(table, player_id).is_waiting
    with pytest.raises(GapError, match="given up"):
        table.finish(turn.turn_id)
    assert shown(table, player_id).seconds_left == 120
    table.mark(player_id, table.ask(player_id), "wrong")
    table.clock.advance(122)
    assert table.game.view(player_id).session.place == 3


def test_answer_before_its_question_by_the_clock_is_taken(table: Table) -> None:
    player_id = table.started()
    turn = table.open_turn(player_id)
    table.clock.advance(-5)
    table.finish(turn.turn_id)
    table.mark(player_id, turn, "correct")


def test_same_question_is_treated_the_same_and_others_are_drawn_anew(table: Table) -> None:
    player_id = table.started()
    while not next(place for place in rounds(table, player_id) if not place.closed_utc).tainted:
        table.mark(player_id, table.ask(player_id), "wrong")
    ways = {}
    for question in ("How many dogs?", "how MANY dogs", "  How many… dogs!! ", "Ｈow many dogs?"):
        ways[question] = table.ask(player_id, question)
        table.mark(player_id, ways[question], "correct")
    assert len({turn.system for turn in ways.values()}) == 1
    assert len({turn.turn_id for turn in ways.values()}) == 4


def test_half_of_the_questions_on_traps_are_answered_wrong(table: Table) -> None:
    table.rules = replace(table.rules, questions_per_round=17, asks_per_round=17)
    player_id = table.started()
    told: Counter[tuple[bool, str]] = Counter()
    for place in rounds(table, player_id):
        for number in range(16):
            turn = table.ask(player_id, f"Question {number}?")
            told[place.tainted, turn.system] += 1
            table.mark(player_id, turn, "correct")
        table.clock.advance(122)
    assert told[False, WRONG] == 0
    assert 20 <= told[True, WRONG] <= 60
    assert told[True, HONEST] + told[True, WRONG] == 80


def test_caught_traps_give_twenty_points_each(table: Table) -> None:
    table.rules = replace(table.rules, wrong_rate=1.0)
    finished = table.play_session(table.join(), catches_traps=True).session.finished
    assert (finished.points, finished.traps_caught, finished.traps_set) == (100, 5, 5)


def test_honest_answers_on_traps_marked_wrong_give_nothing(table: Table) -> None:
    table.rules = replace(table.rules, wrong_rate=0.0)
    player_id = table.started()
    for _ in range(10):
        view = table.mark(player_id, table.ask(player_id), "wrong")
    assert (view.session.finished.points, view.session.finished.traps_set) == (0, 0)


def test_points_stay_unknown_until_the_session_is_over(table: Table) -> None:
    table.rules = replace(table.rules, wrong_rate=1.0)
    player_id = table.started()
    for _ in range(9):
        view = table.mark(player_id, table.ask(player_id), "wrong")
        assert (view.session.finished, view.week_points) == (None, 0)
    with table.store() as store:
        assert store.sessions.latest(player_id).points is None


def test_no_picture_comes_twice_while_unseen_ones_are_left(table: Table) -> None:
    player_id = table.join()
    seen: list[str] = []
    for _ in range(2):
        table.play_session(player_id, catches_traps=True)
        seen += [place.image_id for place in rounds(table, player_id)]
    assert len(set(seen)) == 20
    table.play_session(player_id, catches_traps=True)  # 12 and 14: two and four are unseen
    third = {place.image_id for place in rounds(table, player_id)}
    assert len(third - set(seen)) == 6


def test_pictures_never_shown_before_the_close_come_again(table: Table) -> None:
    player_id = table.started()
    shown_once = rounds(table, player_id)[0].image_id
    for _ in range(2):
        table.clock.advance(6 * 3600)
        table.game.start_session(player_id)
        assert shown_once not in {place.image_id for place in rounds(table, player_id)}


def test_exposure_is_balanced_over_the_deck(table: Table) -> None:
    exposure: Counter[tuple[bool, str]] = Counter()
    for number in range(14):
        for place in rounds(table, table.started(f"player {number}")):
            exposure[place.tainted, place.image_id] += 1
    traps = [n for (tainted, _), n in exposure.items() if tainted]
    others = [n for (tainted, _), n in exposure.items() if not tainted]
    assert (len(traps), max(traps) - min(traps)) == (12, 1)
    assert (len(others), set(others)) == (14, {5})


def test_deck_with_too_few_pictures_names_the_command(tmp_path: Path) -> None:
    fill_deck(tmp_path / "gap.db", tmp_path, tainted=4, untainted=9)
    table = Table(db_path=tmp_path / "gap.db", data_dir=tmp_path)
    with pytest.raises(GapError, match="python -m scripts.import_images"):
        table.started()


def test_picture_is_given_out_for_the_open_round_only(table: Table) -> None:
    player_id = table.started()
    first = table.token(player_id)
    path = table.game.picture_path(player_id, round_token=first)
    assert path.is_file() and path.stem == rounds(table, player_id)[0].image_id
    table.mark(player_id, table.ask(player_id), "wrong")
    for someone, token in ((player_id, first), (table.started("Eve"), table.token(player_id))):
        with pytest.raises(GapError, match="not being shown to you"):
            table.game.picture_path(someone, round_token=token)


def test_picture_to_come_is_not_given_out(table: Table) -> None:
    player_id = table.started()
    with pytest.raises(GapError, match="not being shown to you"):
        table.game.picture_path(player_id, round_token=rounds(table, player_id)[1].token)


def test_missing_picture_is_told(table: Table) -> None:
    player_id = table.started()
    table.game.picture_path(player_id, round_token=table.token(player_id)).unlink()
    with pytest.raises(GapError, match="missing on the server"):
        table.game.picture_path(player_id, round_token=table.token(player_id))


def test_leaderboard_counts_the_iso_week_and_shares_ranks(table: Table) -> None:
    table.rules = replace(table.rules, wrong_rate=1.0)
    for name, is_good in (("Ada", True), ("Bob", True), ("Cy", False)):
        table.play_session(table.join(name), catches_traps=is_good)
    lines = [(line.rank, line.nickname, line.points) for line in table.game.leaderboard()]
    assert lines == [(1, "Ada", 100), (1, "Bob", 100), (3, "Cy", 0)]
    table.clock.now = START.replace(day=17)  # Monday
    assert table.game.leaderboard() == []


def test_overdue_session_counts_in_the_week_it_closed_in(table: Table) -> None:
    table.rules = replace(table.rules, wrong_rate=1.0)
    table.clock.now = START.replace(day=16, hour=16)  # Sunday
    player_id = table.started()
    table.mark(player_id, table.ask(player_id), "wrong")
    table.clock.now = START.replace(day=16, hour=22, minute=30)
    assert [line.sessions for line in table.game.leaderboard()] == [1]
    assert table.game.view(player_id).session.finished.standing == 1


def test_joining_records_the_consent(table: Table) -> None:
    player_id = table.join()
    with table.store() as store:
        assert store.players.consents(player_id) == ["1"]


def test_rules_that_contradict_themselves_are_refused() -> None:
    for broken in ({"wrong_rate": 1.5}, {"round_s": -1.0}, {"asks_per_round": 3}):
        with pytest.raises(ValueError):
            Rules(**broken)  # type: ignore[arg-type]
