# Which pictures a session gets, and who is given one to look at.
from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from db import Store
from db.image_store import PICK
from gap_core.errors import GapError
from tests.fixtures_play import Table, fill_deck


def test_session_has_five_of_each_kind_in_no_fixed_order(table: Table) -> None:
    orders = []
    for number in range(6):
        dealt = table.rounds(table.started(f"player {number}"))
        assert Counter(place.tainted for place in dealt) == {True: 5, False: 5}
        orders.append(tuple(place.tainted for place in dealt))
    assert len(set(orders)) > 1


def test_no_picture_comes_twice_while_unseen_ones_are_left(table: Table) -> None:
    player_id = table.join()
    seen: list[str] = []
    for _ in range(2):
        table.play_session(player_id, catches_traps=True)
        seen += [place.image_id for place in table.rounds(player_id)]
    assert len(set(seen)) == 20
    table.play_session(player_id, catches_traps=True)  # 12 and 14: two and four are unseen
    third = {place.image_id for place in table.rounds(player_id)}
    assert len(third - set(seen)) == 6


def test_pictures_never_shown_before_the_close_come_again(table: Table) -> None:
    player_id = table.started()
    shown_once = table.rounds(player_id)[0].image_id
    for _ in range(2):
        table.clock.advance(6 * 3600)
        table.game.start_session(player_id)
        assert shown_once not in {place.image_id for place in table.rounds(player_id)}


def test_exposure_is_balanced_over_the_deck(table: Table) -> None:
    exposure: Counter[tuple[bool, str]] = Counter()
    for number in range(14):
        for place in table.rounds(table.started(f"player {number}")):
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
    assert path.is_file() and path.stem == table.rounds(player_id)[0].image_id
    table.mark(player_id, table.ask(player_id), "wrong")
    for someone, token in ((player_id, first), (table.started("Eve"), table.token(player_id))):
        with pytest.raises(GapError, match="not being shown to you"):
            table.game.picture_path(someone, round_token=token)


def test_picture_to_come_is_not_given_out(table: Table) -> None:
    player_id = table.started()
    with pytest.raises(GapError, match="not being shown to you"):
        table.game.picture_path(player_id, round_token=table.rounds(player_id)[1].token)


def test_missing_picture_is_told(table: Table) -> None:
    player_id = table.started()
    table.game.picture_path(player_id, round_token=table.token(player_id)).unlink()
    with pytest.raises(GapError, match="missing on the server"):
        table.game.picture_path(player_id, round_token=table.token(player_id))


def counted_anew(store: Store) -> dict[str, int]:
    rows = store.connection.rows(
        """SELECT image_id, count(*) AS times FROM rounds
        JOIN sessions ON sessions.id = rounds.session_id
        WHERE rounds.opened_utc IS NOT NULL OR sessions.finished_utc IS NULL GROUP BY image_id"""
    )
    return {row["image_id"]: row["times"] for row in rows}


def exposures(store: Store) -> dict[str, int]:
    rows = store.connection.rows("SELECT image_id, times FROM exposures WHERE times > 0")
    return {row["image_id"]: row["times"] for row in rows}


def test_exposures_are_what_counting_every_round_gives(table: Table) -> None:
    table.play_session(table.join("played"), catches_traps=True)
    table.started("closes after one picture")
    table.clock.advance(6 * 3600)
    table.started("still playing")

    with table.store() as store:
        assert exposures(store) == counted_anew(store) != {}


def test_rounds_from_before_there_were_exposures_are_counted(table: Table) -> None:
    table.play_session(table.join("played"), catches_traps=True)
    table.started("closes after one picture")
    table.clock.advance(6 * 3600)
    table.started("still playing")
    with table.store() as store:
        for trigger in ("rounds_expose_their_picture", "sessions_take_back_what_was_not_opened"):
            store.connection.rows(f"DROP TRIGGER {trigger}")
        store.connection.rows("DROP TABLE exposures")
        store.connection.rows("DELETE FROM _sqlite_migrations WHERE name = 'm100_exposures'")

    with table.store() as store:
        assert exposures(store) == counted_anew(store) != {}


def test_dealing_reads_no_other_players_rounds(table: Table) -> None:
    # Counting all rounds of all players took seconds once there were millions.
    with table.store() as store:
        rows = store.connection.rows(
            f"EXPLAIN QUERY PLAN {PICK}",
            {"player_id": "", "deck": "", "taint": "tainted", "limit": 5},
        )
    plan = [row["detail"] for row in rows]

    assert not any(f"SCAN {name}" in step for name in ("rounds", "sessions") for step in plan), plan
