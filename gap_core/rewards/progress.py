"""XP, levels, streaks and badges of one player. Called by play as sessions end and by its views.

XP never depends on which pictures were traps beyond the points that are shown anyway: every marked
question counts the same, on whatever picture.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from db import Store
from db.records import SessionRecord
from db.reward_store import SessionXp
from gap_core.language.categories import category_of
from gap_core.rewards.paid_play import is_paid

QUESTION_XP = 2
LEVEL_STEP_XP = 50  # level n begins at this times n(n - 1)
RARE_QUESTIONS = 10
LONGEST_STREAK = 366
Badge = Literal["care", "rare", "first"]


@dataclass(frozen=True)
class Progress:
    """What the corner and the end of a session show.

    Attributes:
        is_paid: whether the player's marks have shown that they look; until then XP waits.
        level: 1 until then.
        streak_days: days in a row with a session played to its end, today or yesterday the last.
        session_xp: of the last session; bounty_xp what of it bounties added.
        new_badges: earned with the last session.
    """

    is_paid: bool
    level: int
    xp: int
    next_level_xp: int
    streak_days: int
    session_xp: int
    bounty_xp: int
    new_badges: tuple[str, ...]
    badges: tuple[str, ...]
    bounties: tuple[str, ...]


def level_of(xp: int) -> int:
    """The level that so much XP reaches; 1 at first."""
    return 1 + int((math.sqrt(1 + 4 * xp / LEVEL_STEP_XP) - 1) / 2)


def level_begins(level: int) -> int:
    """XP at which a level begins."""
    return LEVEL_STEP_XP * level * (level - 1)


def streak_of(days: Sequence[date], *, today: date) -> int:
    """How many days in a row, the latest first, end today or yesterday.

    A day that lies ahead, after a clock was set back, counts as today.
    """
    run, expected = 0, None
    for day in days:
        day = min(day, today)
        if expected is None:
            if today - day > timedelta(days=1):
                return 0
        elif day == expected + timedelta(days=1):  # the same day once more
            continue
        elif day != expected:
            break
        run, expected = run + 1, day - timedelta(days=1)
    return run


def award_session(
    store: Store, session: SessionRecord, *, points: int, wrong_rate: float, now: datetime
) -> None:
    """Record what an ended session is worth, and the badges that came with it."""
    questions = store.rewards.marked_questions(session.id)
    bounties = set(store.rewards.bounties())
    in_bounty = 0
    if bounties:  # the words that tell categories apart are read at the first use
        in_bounty = sum(category_of(question).category in bounties for question in questions)
    xp = SessionXp(points, QUESTION_XP * len(questions), QUESTION_XP * in_bounty)
    store.rewards.award(session.id, player_id=session.player_id, xp=xp, now=now)
    if is_paid(store.rewards.fresh_marks(session.player_id), wrong_rate=wrong_rate):
        earned = _badges(store, session.player_id)
        store.rewards.add_badges(
            earned, player_id=session.player_id, session_id=session.id, now=now
        )


def _badges(store: Store, player_id: str) -> list[Badge]:
    """Those that a player whose play is paid has earned."""
    earned: list[Badge] = ["care"]
    if store.rewards.xp(player_id)[1] >= QUESTION_XP * RARE_QUESTIONS:
        earned.append("rare")
    if store.rewards.has_first_find(player_id):
        earned.append("first")
    return earned


def progress_of(
    store: Store,
    player_id: str,
    *,
    session_id: str | None,
    wrong_rate: float,
    now: datetime,
) -> Progress:
    """How a player stands; `session_id` is their last session, if it is over."""
    paid = is_paid(store.rewards.fresh_marks(player_id), wrong_rate=wrong_rate)
    xp = store.rewards.xp(player_id)[0]
    level = level_of(xp) if paid else 1
    days = store.rewards.days_played(player_id, limit=LONGEST_STREAK)
    last = SessionXp(0, 0, 0) if session_id is None else store.rewards.awarded(session_id)
    new = () if session_id is None else store.rewards.badges(player_id, session_id=session_id)
    return Progress(
        is_paid=paid,
        level=level,
        xp=xp,
        next_level_xp=level_begins(level + 1),
        streak_days=streak_of(days, today=now.date()),
        session_xp=last.total,
        bounty_xp=last.bounty_xp,
        new_badges=tuple(new),
        badges=tuple(store.rewards.badges(player_id)),
        bounties=tuple(store.rewards.bounties()),
    )
