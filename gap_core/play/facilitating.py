"""What a facilitator does and sees while people play. Called by the studio's Playtest page."""

import csv
import io
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from statistics import median
from typing import Any

from db import Store
from db.playtest_records import PlayedTurn, PlayerPlay
from gap_core.errors import GapError
from gap_core.play.flow import Flow
from gap_core.play.rules import Rules
from gap_core.spreadsheets import quoted

HASTY_S = 0.8  # reading an answer takes longer
ENOUGH_VERDICTS = 8
FEW_QUESTIONS = 0.15  # share of different questions


@dataclass(frozen=True)
class SuspectedBot:
    """A player whose play looks like a program's, and why."""

    player_id: str
    nickname: str
    reasons: tuple[str, ...]


def suspected_bots(players: Sequence[PlayerPlay]) -> list[SuspectedBot]:
    """Players who decide faster than anybody reads, always mark alike, or ask one thing only."""
    found = [
        SuspectedBot(player.player_id, player.nickname, tuple(reasons))
        for player in players
        if (reasons := suspicious_signs(player))
    ]
    return sorted(found, key=lambda bot: -len(bot.reasons))


def suspicious_signs(player: PlayerPlay) -> list[str]:
    """What speaks for a program, in words; nothing while too little was played."""
    counts = player.counts
    wrong = counts.told_marked_wrong + counts.honest_marked_wrong + counts.untainted_marked_wrong
    right = (
        counts.told_marked_correct + counts.honest_marked_correct + counts.untainted_marked_correct
    )
    verdicts = wrong + right
    signs = []
    if len(player.deciding_s) >= ENOUGH_VERDICTS and median(player.deciding_s) < HASTY_S:
        signs.append(f"decides within {median(player.deciding_s):.1f} s of the answer (median)")
    if verdicts >= ENOUGH_VERDICTS and wrong in (0, verdicts):
        word = "Wrong" if wrong else "Correct"
        signs.append(f"marked all {verdicts} answers {word}")
    if player.questions >= ENOUGH_VERDICTS and player.different / player.questions < FEW_QUESTIONS:
        signs.append(f"asked {player.questions} questions, {player.different} different")
    return signs


def trap_accuracy(players: Sequence[PlayerPlay]) -> list[float]:
    """Each player's share of right verdicts on tainted pictures; those who gave none left out."""
    shares = []
    for counts in (player.counts for player in players):
        right = counts.told_marked_wrong + counts.honest_marked_correct
        given = right + counts.told_marked_correct + counts.honest_marked_wrong
        if given:
            shares.append(right / given)
    return shares


def end_session(store: Store, session_id: str, *, rules: Rules, now: datetime) -> None:
    """Close somebody's session now, scored as it stands.

    Raises:
        GapError: it has ended already, or never was.
    """
    with store.transaction():
        session = store.sessions.get(session_id)
        if session is None or session.finished_utc is not None:
            raise GapError("This session has ended already. Look again.")
        Flow(store=store, rules=rules, now=now).end(session)


def turns_csv(turns: Sequence[PlayedTurn]) -> str:
    """The turns as CSV; what a spreadsheet would run as a formula is made text by an apostrophe."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([field.name for field in fields(PlayedTurn)])
    writer.writerows([_plain(value) for value in asdict(turn).values()] for turn in turns)
    return text.getvalue()


def _plain(value: Any) -> Any:
    return quoted(value) if isinstance(value, str) else value
