"""Hiding a rude team name, and bringing it back. Called by joining and by scripts.

Its players stand in a neutral team from then on, and so does whoever joins it later.
"""

from itertools import count

from db import Store
from gap_core.errors import GapError
from gap_core.play.nicknames import Renamed
from gap_core.play.text import HIDDEN_TEAM, nickname_key


def hide_team(store: Store, team: str) -> Renamed:
    """Call this team "team 1", or the next number that no team bears, however it is spelt.

    Raises:
        GapError: no team is called so, or the name is such a neutral one already.
    """
    key = nickname_key(team)
    with store.transaction():
        shown = store.teams.shown()
        spelt = [name for name in shown if nickname_key(name) == key]
        if not key or not spelt:
            raise GapError(
                f"No team is called '{team}'. Type the name as the leaderboard shows it."
            )
        neutrals = store.teams.hidden().values()
        if spelt[0] in neutrals:
            raise GapError(
                f"'{spelt[0]}' already stands for a hidden team. Add --undo to bring that one back."
            )
        taken = {nickname_key(name) for name in (*shown, *neutrals)}
        neutral = next(name for name in map(HIDDEN_TEAM.format, count(1)) if name not in taken)
        store.teams.hide(spelt, key=key, neutral=neutral)
    return Renamed(spelt[0], neutral)


def restore_team(store: Store, neutral: str) -> Renamed:
    """Give back the names that this neutral one stands for, each player's as it was typed.

    Raises:
        GapError: it stands for none.
    """
    key = nickname_key(neutral)
    with store.transaction():
        if key not in store.teams.hidden().values():
            raise GapError(f"'{neutral}' hides no team. Leave --undo out to hide it.")
        return Renamed(key, store.teams.restore(key))


def shown_team(store: Store, team: str) -> str:
    """The neutral name in place of a hidden one; any other as it is."""
    return store.teams.hidden().get(nickname_key(team), team)
