"""A made-up queue of labeling over made-up play. Called by benchmarks."""

from db.store import Store

# Every untainted turn becomes an item, marked Wrong or not: the queue's size is what counts.
ITEMS = """
INSERT INTO label_items (turn_id, player_id, category, marked_utc, posterior, posterior_low,
    posterior_high, state)
SELECT turns.id, sessions.player_id, names.name, turns.asked_utc, places.n / 1000.0,
    places.n / 2000.0, 1.0, 'waiting'
FROM turns JOIN rounds ON rounds.id = turns.round_id AND NOT rounds.tainted
JOIN sessions ON sessions.id = rounds.session_id
JOIN (SELECT rowid AS player, id, rowid * 7919 % 1000 AS n FROM players) AS places
    ON places.id = sessions.player_id
JOIN (SELECT rowid AS place, name FROM label_categories) AS names
    ON names.place = 1 + turns.rowid * 31 % 13
"""


def fill_with_items(store: Store) -> int:
    """Add an item for every untainted turn of an empty queue; how many."""
    with store.transaction():
        store.connection.rows(ITEMS)
        store.connection.rows(
            "UPDATE label_queue_progress SET verdicts = (SELECT max(rowid) FROM verdicts)"
        )
    return int(store.connection.rows("SELECT count(*) AS n FROM label_items")[0]["n"])
