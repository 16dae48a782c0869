# Joining: what is recorded of a player. Called through the game's door only.
from __future__ import annotations

from tests.fixtures_play import Table


def test_joining_records_the_consent(table: Table) -> None:
    player_id = table.join()
    with table.store() as store:
        assert store.players.consents(player_id) == ["1"]
