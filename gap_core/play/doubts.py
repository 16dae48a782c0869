"""Players who seem to know the traps: what they say elsewhere doesn't count. Called by play.

Found whenever the population is fitted again; kept until the next time. From the first doubted
session on nothing of theirs is selected, and neither their posterior nor the population's error
rate is judged by it. What they said on traps, and everything before, stays.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from db import Store
from db.doubt_store import DoubtRecord, SessionMarksRecord
from db.records import VerdictCounts
from gap_core.scoring.learners import NEVER, Doubts, SessionMarks


@dataclass(frozen=True)
class DoubtedPlayer:
    """For a facilitator's eyes.

    Attributes:
        since_session: the first session in doubt, counted from 1; of `sessions` in all.
        surprise: how much likelier their marks are if they enter anything, as a natural logarithm.
    """

    player_id: str
    nickname: str
    since_session: int
    sessions: int
    surprise: float


def doubted_players(store: Store) -> list[DoubtedPlayer]:
    """Who is doubted now, the surest first."""
    found = []
    for doubt in store.doubts.all().values():
        player = store.players.get(doubt.player_id)
        numbers = store.doubts.session_numbers(doubt.player_id)
        found.append(
            DoubtedPlayer(
                player_id=doubt.player_id,
                nickname="" if player is None else player.nickname,
                since_session=1 + sum(number < doubt.since_session for number in numbers),
                sessions=len(numbers),
                surprise=doubt.surprise,
            )
        )
    return sorted(found, key=lambda one: -one.surprise)


def trusted_counts(store: Store, counts: Mapping[str, VerdictCounts]) -> dict[str, VerdictCounts]:
    """The counts without what was said, and what experts found of it, in doubted sessions."""
    trusted = dict(counts)
    for player_id, doubted in store.doubts.marks().items():
        own = counts.get(player_id)
        if own is not None:
            trusted[player_id] = replace(
                own,
                untainted_marked_wrong=own.untainted_marked_wrong - doubted.wrong,
                untainted_marked_correct=own.untainted_marked_correct - doubted.correct,
                checked_model_wrong=0,
                checked_model_right=0,
            )
    return trusted


def sessions_of(
    marks: Sequence[SessionMarksRecord], counts: Mapping[str, VerdictCounts]
) -> SessionMarks:
    """The sessions in the order of the players in `counts`."""
    number = {player_id: place for place, player_id in enumerate(counts)}
    player = np.array([number[own.player_id] for own in marks], dtype=int)
    said = np.array([(own.wrong, own.correct) for own in marks], dtype=int).reshape(-1, 2)
    order = np.argsort(player, kind="stable")
    return SessionMarks(player[order], said[order])


def doubt_records(
    found: Doubts, marks: Sequence[SessionMarksRecord], counts: Mapping[str, VerdictCounts]
) -> list[DoubtRecord]:
    """The doubts as they are kept: by player, and by the number that a session has for good."""
    is_doubted = dict(zip(counts, found.since != NEVER, strict=True))
    numbers: dict[str, list[int]] = {}
    for own in marks:
        if is_doubted[own.player_id]:
            numbers.setdefault(own.player_id, []).append(own.session)
    return [
        DoubtRecord(player_id, numbers[player_id][since], float(surprise))
        for player_id, since, surprise in zip(counts, found.since, found.surprise, strict=True)
        if since != NEVER
    ]
