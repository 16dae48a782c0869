# Whoever learns the traps and enters anything elsewhere is found, and only that play is left out.
from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from db import Store
from db.bulk_play import plain_counts
from db.records import PlayerRecord
from db.schema import migrations
from db.times import utc_text
from gap_core.labeling import LabelRules
from gap_core.labeling.queue_filling import fill_queue
from gap_core.play.doubts import doubted_players, trusted_counts
from gap_core.play.posteriors import latest_population, refit_population
from gap_core.play.selecting import selected_questions
from gap_core.scoring.rates import ModelErrors
from tests.fixtures_play import START, fill_deck

# One letter a picture: told wrong and marked so (T), honest and marked Correct (H), untainted and
# marked Wrong (W) or Correct (C).
CAREFUL, ANYTHING = "TTTHHWCCCC", "TTTHHWWWWW"
ERRORS = ModelErrors()


def play_session(store: Store, player_id: str, number: int, pictures: str) -> None:
    """The rows of one session."""
    ids = [row["id"] for row in store.connection.rows("SELECT id FROM images ORDER BY id")]
    session, now = f"{player_id} {number}", utc_text(START + timedelta(days=number))
    values = {"session": session, "player": player_id, "number": number, "now": now}
    store.connection.rows(
        """INSERT INTO sessions VALUES
        (:session, :player, 'test', 'm', :now, :now, :now, 'played', 60, :number)""",
        values,
    )
    for place, kind in enumerate(pictures, start=1):
        own = values | {"place": place, "image": ids[place], "turn": f"{session} {place}"}
        own |= {"tainted": kind in "TH", "told": kind == "T"}
        own["verdict"] = "wrong" if kind in "TW" else "correct"
        for statement in (
            """INSERT INTO rounds VALUES (:turn, :session, :place, :image, :tainted, :turn, :now,
            :now, :now, 'timeout')""",
            """INSERT INTO turns VALUES (:turn, :turn, 1, 'How many dogs?', 'q', :told, 'm', 'fp32',
            NULL, '1', 7, :now, 'Two.', :now, 0.1, 0.1, 3, NULL)""",
            "INSERT INTO verdicts VALUES (:turn, :turn, :verdict, :now)",
        ):
            store.connection.rows(statement, own)


@pytest.fixture
def learnt(store: Store, tmp_path: Path) -> Store:
    """Eight careful players, and Lena, who learns the traps after four of ten sessions."""
    fill_deck(tmp_path / "gap.db", tmp_path, tainted=8, untainted=8)
    players = [*(f"careful {number}" for number in range(8)), "Lena"]
    with store.transaction():
        for name in players:
            store.players.add(PlayerRecord(name, name, name, "", START), consent_version="1")
            for number in range(10):
                is_careful = name != "Lena" or number < 4
                play_session(store, name, number, CAREFUL if is_careful else ANYTHING)
    # That there is a posterior is all that selection asks.
    store.connection.rows(
        """INSERT INTO posteriors (player_id, verdict_id, told_marked_wrong, told_marked_correct,
            honest_marked_wrong, honest_marked_correct, smoothed, smoothed_low, smoothed_high,
            updated_utc) SELECT id, id || ' 0 1', 0, 0, 0, 0, 0, 0, 0, '' FROM players"""
    )
    refit_population(store, errors=ERRORS, now=START)
    return store


def test_learner_is_doubted_from_the_session_of_the_change(learnt: Store) -> None:
    (doubted,) = doubted_players(learnt)

    assert (doubted.nickname, doubted.since_session, doubted.sessions) == ("Lena", 5, 10)
    assert doubted.surprise > 4.6


def test_nothing_of_doubted_sessions_is_selected_and_all_else_is(learnt: Store) -> None:
    selected = selected_questions(learnt, theta=0.8, errors=ERRORS)
    sessions = {question.turn_id.rsplit(" ", 1)[0] for question in selected}

    assert len(selected) == 8 * 10 + 4
    assert {name for name in sessions if name.startswith("Lena")} == {
        f"Lena {number}" for number in range(4)
    }


def test_the_papers_estimator_believes_everybody(learnt: Store) -> None:
    selected = selected_questions(learnt, theta=0.8, estimator="paper")

    assert len(selected) == 8 * 10 + 4 + 6 * 5


def test_trusted_counts_leave_out_doubted_marks_only(learnt: Store) -> None:
    counts = learnt.scores.all_counts()
    trusted = trusted_counts(learnt, counts)
    lena = trusted.pop("Lena")

    assert (counts["Lena"].untainted_marked_wrong, lena.untainted_marked_wrong) == (34, 4)
    assert (counts["Lena"].untainted_marked_correct, lena.untainted_marked_correct) == (16, 16)
    assert lena.told_marked_wrong == 30
    assert trusted == {player: own for player, own in counts.items() if player != "Lena"}


def test_error_rate_is_not_moved_by_what_a_learner_enters(learnt: Store) -> None:
    assert latest_population(learnt, errors=ERRORS).error_rate == pytest.approx(0.2, abs=0.02)


def test_experts_are_not_given_questions_of_doubted_sessions(learnt: Store) -> None:
    fill_queue(learnt, rules=LabelRules(theta=0.8))
    rows = learnt.connection.rows(
        "SELECT state, count(*) AS n FROM label_items WHERE player_id = 'Lena' GROUP BY state"
    )

    assert {row["state"]: row["n"] for row in rows} == {"waiting": 4, "doubted": 30}


def test_a_queue_by_another_estimator_believes_everybody(learnt: Store) -> None:
    fill_queue(learnt, rules=LabelRules(theta=0.8, estimator="paper"))
    rows = learnt.connection.rows("SELECT DISTINCT state FROM label_items")

    assert [row["state"] for row in rows] == ["waiting"]


def test_whoever_plays_with_care_again_is_believed_again(learnt: Store) -> None:
    with learnt.transaction():
        for number in range(10, 80):
            play_session(learnt, "Lena", number, CAREFUL)
    refit_population(learnt, errors=ERRORS, now=START)

    assert doubted_players(learnt) == []
    assert trusted_counts(learnt, counts := learnt.scores.all_counts()) == counts


def test_counts_by_session_are_those_of_plain_sql_also_of_an_older_file(
    learnt: Store, tmp_path: Path
) -> None:
    kept = learnt.connection.rows("SELECT * FROM session_counts ORDER BY session_id")
    older = Database(tmp_path / "older.db")
    migrations.apply(older, stop_before="m029_doubts")
    older.attach("played", tmp_path / "gap.db")
    older.execute("PRAGMA foreign_keys=OFF")
    for table in ("players", "images", "sessions", "rounds", "turns", "verdicts"):
        columns = ", ".join(older[table].columns_dict)
        older.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM played.{table}")
    older.conn.commit()
    older.close()

    with Store.open(tmp_path / "older.db") as store:
        migrated = store.connection.rows("SELECT * FROM session_counts ORDER BY session_id")
        assert list(map(tuple, migrated)) == list(map(tuple, kept))
        store.scores.recount()
        again = store.connection.rows("SELECT * FROM session_counts ORDER BY session_id")
        assert list(map(tuple, again)) == list(map(tuple, kept))
        counts = store.scores.all_counts()
        assert counts == {player_id: plain_counts(store, player_id) for player_id in counts}
    assert len(kept) == 90
