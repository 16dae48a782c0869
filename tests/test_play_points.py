# Points, and the week's leaderboard.
from __future__ import annotations

from dataclasses import replace

from tests.fixtures_play import START, Table


def test_closed_session_is_scored_as_it_stands(table: Table) -> None:
    table.rules = replace(table.rules, wrong_rate=1.0)
    player_id = table.started()
    for _ in range(4):
        table.mark(player_id, table.ask(player_id), "wrong")
    traps = sum(place.tainted for place in table.rounds(player_id)[:4])
    table.clock.advance(6 * 3600)
    finished = table.game.view(player_id).session.finished
    assert (finished.points, finished.traps_caught, finished.questions) == (20 * traps, traps, 4)


def test_the_end_counts_the_answers_that_were_marked_correct(table: Table) -> None:
    player_id = table.started()
    for verdict in ("correct", "correct", "wrong"):
        table.mark(player_id, table.ask(player_id), verdict)
    table.clock.advance(6 * 3600)
    assert table.game.view(player_id).session.finished.marked_correct == 2


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
        assert view.session.finished is None
    with table.store() as store:
        assert store.sessions.latest(player_id).points is None


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
    assert table.game.view(player_id).session.finished.standing == 1
    assert [line.sessions for line in table.game.leaderboard()] == [1]


def test_leaderboard_takes_no_write_lock(table: Table) -> None:
    # Any visitor of /week could hold up the players, and be held up by whoever writes.
    table.play_session(table.join(), catches_traps=True)
    game = table.game
    with table.store() as writer, writer.transaction():
        assert [line.nickname for line in game.leaderboard()] == ["Ada"]
