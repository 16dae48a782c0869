"""Taking consent back: a player is made anonymous, or their words are deleted too.

Called by scripts/withdraw.py, by the game for players who do it themselves, and by the doctor.
"""

from collections.abc import Iterable
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import NamedTuple

from db import Store
from gap_core.dataset.labels import person_hash
from gap_core.errors import GapError
from gap_core.play.flow import Flow
from gap_core.play.rules import Rules
from gap_core.play.text import NEUTRAL_NAME, nickname_key


class TakenOut(NamedTuple):
    """What was done in the database.

    Attributes:
        now: the neutral name that stands in the player's place.
        questions: whose words were deleted.
    """

    now: str
    questions: int


class Withdrawn(NamedTuple):
    """What was done, and what was made before.

    Attributes:
        done: in the database.
        datasets: folders made earlier that hold words of theirs.
    """

    done: TakenOut
    datasets: list[str]


def withdraw(
    store: Store,
    nickname: str,
    *,
    deletes_words: bool,
    data_dir: Path,
    secret: bytes,
    now: datetime,
    rules: Rules = Rules(),  # noqa: B008 (frozen)
) -> Withdrawn:
    """Do what the player who is called so asks for; it can't be undone.

    Nobody can play as them afterwards. New datasets and exports are without deleted words; those
    that were made before are named.

    Raises:
        GapError: nobody is called so.
    """
    with store.transaction():
        player = store.players.find(nickname_key(nickname))
        if player is None:
            raise GapError(
                f"No player is called '{nickname}'. Type the name as the leaderboard shows it."
            )
        done = take_out(store, player.id, deletes_words=deletes_words, rules=rules, now=now)
    store.withdrawals.write_back()
    return Withdrawn(done, datasets_with([player.id], data_dir=data_dir, secret=secret))


def take_out(
    store: Store, player_id: str, *, deletes_words: bool, rules: Rules, now: datetime
) -> TakenOut:
    """Make a player anonymous, and delete their words if they want that.

    Called inside a transaction; `store.withdrawals.write_back()` follows it. A running session
    ends first, so that an answer in the making is stored no more.
    """
    session = store.sessions.unfinished(player_id)
    if session is not None:
        Flow(store=store, rules=rules, now=now).end(session)
    neutral = next(
        name for name in map(NEUTRAL_NAME.format, count(1)) if store.players.find(name) is None
    )
    questions = store.withdrawals.delete_words(player_id) if deletes_words else 0
    store.withdrawals.make_anonymous(player_id, neutral=neutral)
    store.withdrawals.note(player_id, words_deleted=deletes_words, now=now)
    return TakenOut(neutral, questions)


def datasets_with(player_ids: Iterable[str], *, data_dir: Path, secret: bytes) -> list[str]:
    """Datasets made earlier in which the hash of one of these players stands."""
    people = [person_hash(player_id, secret=secret) for player_id in player_ids]
    found = set()
    for file in (data_dir / "datasets").glob("*/*.jsonl"):
        with file.open(encoding="utf-8", errors="replace") as lines:
            if any(person in line for line in lines for person in people):
                found.add(file.parent.name)
    return sorted(found)
