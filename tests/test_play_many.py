# Many at once, and killed at any moment: the database stays whole and the session goes on.
from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from db import Store
from gap_core.errors import GapError
from tests.fixtures_play import Table

ROOT = Path(__file__).resolve().parents[1]
PLAYERS = 20


def at_once(*steps: Callable[[], Any]) -> list[Any]:
    """What each step returned or raised, all of them started together."""
    barrier = threading.Barrier(len(steps))
    outcomes: list[Any] = [None] * len(steps)

    def run(number: int) -> None:
        barrier.wait()
        try:
            outcomes[number] = steps[number]()
        except Exception as err:
            outcomes[number] = err

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(steps))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def refusals(outcomes: list[Any]) -> list[str]:
    assert all(isinstance(o, GapError) for o in outcomes if isinstance(o, BaseException)), outcomes
    return [str(outcome) for outcome in outcomes if isinstance(outcome, GapError)]


def broken_rules(db_path: Path) -> list[str]:
    """What a database that was played on must never hold, by query."""
    queries = {
        "two open sessions": """SELECT player_id FROM sessions WHERE finished_utc IS NULL
            GROUP BY player_id HAVING count(*) > 1""",
        "two open rounds": """SELECT session_id FROM rounds WHERE opened_utc IS NOT NULL
            AND closed_utc IS NULL GROUP BY session_id HAVING count(*) > 1""",
        "an unopened round before an opened one": """SELECT a.id FROM rounds a JOIN rounds b
            ON a.session_id = b.session_id AND a.place < b.place
            WHERE a.opened_utc IS NULL AND b.opened_utc IS NOT NULL""",
        "a round open after a wrong": """SELECT rounds.id FROM rounds
            JOIN turns ON turns.round_id = rounds.id JOIN verdicts ON verdicts.turn_id = turns.id
            WHERE verdicts.verdict = 'wrong' AND rounds.closed_utc IS NULL""",
        "a verdict on nothing": """SELECT verdicts.id FROM verdicts
            JOIN turns ON turns.id = verdicts.turn_id WHERE turns.answer IS NULL""",
        "a lie on an untainted picture": """SELECT turns.id FROM turns
            JOIN rounds ON rounds.id = turns.round_id
            WHERE turns.told_wrong AND NOT rounds.tainted""",
        "a tainted verdict without posterior, or the reverse": """SELECT verdicts.id FROM verdicts
            JOIN turns ON turns.id = verdicts.turn_id JOIN rounds ON rounds.id = turns.round_id
            LEFT JOIN posteriors ON posteriors.verdict_id = verdicts.id
            WHERE rounds.tainted != (posteriors.id IS NOT NULL)""",
        "a session without its ten rounds": """SELECT sessions.id FROM sessions
            LEFT JOIN rounds ON rounds.session_id = sessions.id
            GROUP BY sessions.id HAVING count(rounds.id) != 10""",
        "a player without consent": """SELECT players.id FROM players
            LEFT JOIN consents ON consents.player_id = players.id
            WHERE consents.player_id IS NULL""",
        "a dangling key": "SELECT * FROM pragma_foreign_key_check",
        "a broken page": "SELECT * FROM pragma_integrity_check WHERE integrity_check != 'ok'",
    }
    with Store.open(db_path) as store:
        return [name for name, sql in queries.items() if store.connection.rows(sql)]


def play_to_the_end(table: Table, nickname: str) -> int:
    """A whole session as a page would play it; how many verdicts were accepted."""
    choice = random.Random(nickname)
    game = table.restarted()
    player_id = game.join(nickname, consent_version="1").id
    view, accepted = game.start_session(player_id), 0
    while view.session.round is not None:
        asked = choice.choice(("How many?", "What colour?"))
        turn = game.open_turn(player_id, round_token=view.session.round.token, question=asked)
        game.finish_turn(turn.turn_id, answer="Two.", tokens=2, latency_s=0.1, first_word_s=0.1)
        verdict = choice.choice(("wrong", "wrong", "correct"))
        view = game.give_verdict(player_id, turn_id=turn.turn_id, verdict=verdict)
        accepted += 1
    return accepted


def test_twenty_players_at_once_all_get_through(table: Table) -> None:
    outcomes = at_once(*[
        lambda name=f"player {n}": play_to_the_end(table, name) for n in range(PLAYERS)
    ])  # fmt: skip
    assert refusals(outcomes) == []
    with table.store() as store:
        (said,) = store.connection.rows("SELECT count(*) AS n FROM verdicts")[0]
    assert said == sum(outcomes)
    assert broken_rules(table.db_path) == []
    assert len(table.game.leaderboard()) == PLAYERS


def test_starting_at_once_keeps_exposure_balanced(table: Table) -> None:
    players = [table.join(f"player {n}") for n in range(12)]
    game = table.game
    at_once(*[lambda who=who: game.start_session(who) for who in players])
    with table.store() as store:
        rows = store.connection.rows("SELECT image_id, tainted FROM rounds")
    exposure = Counter((row["tainted"], row["image_id"]) for row in rows)
    traps = [n for (tainted, _), n in exposure.items() if tainted]
    assert (len(traps), set(traps)) == (12, {5})


@pytest.mark.parametrize("verdicts", [("wrong", "wrong"), ("wrong", "correct")])
def test_of_verdicts_from_eight_tabs_exactly_one_counts(
    table: Table, verdicts: tuple[str, str]
) -> None:
    game, player_id = table.game, table.started()
    turn = table.ask(player_id)
    outcomes = at_once(*[
        lambda verdict=verdict: game.give_verdict(
            player_id, turn_id=turn.turn_id, verdict=verdict
        )
        for verdict in verdicts * 4
    ])  # fmt: skip
    assert len(refusals(outcomes)) == 7
    with table.store() as store:
        assert len(store.connection.rows("SELECT id FROM verdicts")) == 1
    assert broken_rules(table.db_path) == []


def test_of_questions_from_eight_tabs_exactly_one_is_asked(table: Table) -> None:
    game, player_id = table.game, table.started()
    token = table.token(player_id)
    ask = [
        lambda n=n: game.open_turn(player_id, round_token=token, question=f"Number {n}?")
        for n in range(8)
    ]
    said = refusals(at_once(*ask))
    assert len(said) == 7 and set(said) == {
        "Your last question is still being answered. Wait for the answer."
    }


def test_starting_from_eight_tabs_makes_one_session(table: Table) -> None:
    game, player_id = table.game, table.join()
    views = at_once(*[lambda: game.start_session(player_id)] * 8)
    assert len({view.session.round.token for view in views}) == 1
    assert broken_rules(table.db_path) == []


def test_looking_from_eight_tabs_after_a_time_out_moves_on_once(table: Table) -> None:
    game, player_id = table.game, table.started()
    table.clock.advance(200)
    views = at_once(*[lambda: game.view(player_id)] * 8)
    assert {view.session.place for view in views} == {2}


def test_one_nickname_wanted_by_eight_goes_to_one(table: Table) -> None:
    game = table.game
    outcomes = at_once(*[lambda: game.join("Ada", consent_version="1")] * 8)
    assert len(refusals(outcomes)) == 7


PLAYING = """
import sys
from pathlib import Path
from tests.fixtures_play import Table
from tests.test_play_many import play_to_the_end

table = Table(db_path=Path(sys.argv[1]), data_dir=Path(sys.argv[1]).parent)
for number in range(1000):
    play_to_the_end(table, f"{sys.argv[2]} {number}")
    print("played", flush=True)
"""


def kill_after_a_while(db_path: Path, name: str, *, seconds: float) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", PLAYING, str(db_path), name],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdout is not None
    assert process.stdout.readline()  # one whole session: it is under way
    time.sleep(seconds)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()


def test_killed_process_leaves_a_whole_database_and_sessions_that_go_on(table: Table) -> None:
    for attempt in range(3):
        kill_after_a_while(table.db_path, f"attempt {attempt}", seconds=0.05 + 0.11 * attempt)
        assert broken_rules(table.db_path) == []
    game = table.game
    game.release_lost_turns()
    with table.store() as store:
        players = [row["id"] for row in store.connection.rows("SELECT id FROM players")]
    for player_id in players:
        view = game.start_session(player_id)
        if view.session.round.turns and view.session.round.turns[-1].verdict is None:
            turn_id = view.session.round.turns[-1].turn_id
            view = game.give_verdict(player_id, turn_id=turn_id, verdict="correct")
        game.open_turn(player_id, round_token=view.session.round.token, question="Still there?")
    assert broken_rules(table.db_path) == []
