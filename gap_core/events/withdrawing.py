"""Taking consent back: a player is made anonymous, or their words are deleted too.

Called by scripts/withdraw.py.
"""

from datetime import datetime
from itertools import count
from pathlib import Path
from typing import NamedTuple

from db import Store
from gap_core.dataset.labels import person_hash
from gap_core.errors import GapError
from gap_core.play.text import nickname_key


class Withdrawn(NamedTuple):
    """What was done.

    Attributes:
        now: the neutral name that stands in the player's place.
        questions: whose words were deleted.
        datasets: folders made earlier that hold words of theirs.
    """

    now: str
    questions: int
    datasets: list[str]


def withdraw(
    store: Store,
    nickname: str,
    *,
    deletes_words: bool,
    data_dir: Path,
    secret: bytes,
    now: datetime,
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
        neutral = next(
            name for name in map("left {}".format, count(1)) if store.players.find(name) is None
        )
        questions = store.withdrawals.delete_words(player.id) if deletes_words else 0
        store.withdrawals.make_anonymous(player.id, neutral=neutral)
        store.withdrawals.note(player.id, words_deleted=deletes_words, now=now)
    store.withdrawals.write_back()
    person = person_hash(player.id, secret=secret)
    return Withdrawn(neutral, questions, sorted(_folders_with(data_dir, person)))


def _folders_with(data_dir: Path, person: str) -> set[str]:
    """Datasets in which somebody's hash stands."""
    found = set()
    for file in (data_dir / "datasets").glob("*/*.jsonl"):
        with file.open(encoding="utf-8", errors="replace") as lines:
            if any(person in line for line in lines):
                found.add(file.parent.name)
    return found
