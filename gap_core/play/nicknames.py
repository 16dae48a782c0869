"""Hiding a rude nickname, and bringing it back. Called by scripts/hide_nickname.py.

The nickname's place is taken by a neutral one, so that nothing that shows players has to know.
"""

from itertools import count
from typing import NamedTuple

from db import Store
from db.records import PlayerRecord
from gap_core.errors import GapError
from gap_core.play.text import HIDDEN_NAME, nickname_key


class Renamed(NamedTuple):
    """What a player was called, and is called from now on."""

    before: str
    now: str


def hide_nickname(store: Store, nickname: str) -> Renamed:
    """Call this player "player 1", or the next number that nobody bears.

    Raises:
        GapError: nobody is called so, or the name is such a neutral one already.
    """
    with store.transaction():
        player = _called(store, nickname)
        if player.hidden_nickname is not None:
            raise GapError(
                f"'{player.nickname}' already stands for a hidden nickname. "
                "Add --undo to bring that one back."
            )
        neutral = next(
            name for name in map(HIDDEN_NAME.format, count(1)) if store.players.find(name) is None
        )
        store.players.rename(
            player.id, nickname=neutral, nickname_key=neutral, hidden_nickname=player.nickname
        )
    return Renamed(player.nickname, neutral)


def restore_nickname(store: Store, neutral: str) -> Renamed:
    """Give back the nickname that this neutral one stands for.

    Raises:
        GapError: nobody is called so, nothing is hidden, or somebody else took the nickname.
    """
    with store.transaction():
        player = _called(store, neutral)
        if player.hidden_nickname is None:
            raise GapError(f"'{player.nickname}' hides no nickname. Leave --undo out to hide it.")
        key = nickname_key(player.hidden_nickname)
        if store.players.find(key) is not None:
            raise GapError(
                f"Nickname '{player.hidden_nickname}' is somebody else's by now. "
                "Hide that one first, then try again."
            )
        store.players.rename(
            player.id, nickname=player.hidden_nickname, nickname_key=key, hidden_nickname=None
        )
    return Renamed(player.nickname, player.hidden_nickname)


def _called(store: Store, nickname: str) -> PlayerRecord:
    player = store.players.find(nickname_key(nickname))
    if player is None:
        raise GapError(
            f"No player is called '{nickname}'. Type the name as the leaderboard shows it."
        )
    return player
