"""A week's rewards: who is paid, guilds, the prize draw. Called by pages and scripts."""

import hashlib
import json
import secrets
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from db import Store
from db.reward_store import Entrant, PrizeSeed
from db.standing_store import week_of
from db.times import utc_text
from gap_core.errors import GapError
from gap_core.play.text import nickname_key
from gap_core.rewards.paid_play import is_paid

GUILD_PLAYERS = 5  # of a guild that count: the best
TOP_PRIZES, DRAWN_PRIZES, DRAWN_FROM = 3, 3, 10
SEED_BYTES = 32


class GuildStanding(NamedTuple):
    """A guild in a week: the points of its best players whose play is paid."""

    rank: int
    name: str
    points: int
    players: int


class WeekRewards(NamedTuple):
    """What a page shows of the present week.

    Attributes:
        paid: players whose play is paid, of all with points.
        commitment: the hash of the prize draw's seed; empty where nothing is drawn.
    """

    guilds: list[GuildStanding]
    bounties: list[str]
    paid: int
    commitment: str


def week_rewards(store: Store, *, wrong_rate: float, now: datetime) -> WeekRewards:
    """Guilds, bounties and the draw of the week that holds this moment."""
    week = week_of(now)
    entrants, seed = (
        paid_entrants(store, week, wrong_rate=wrong_rate),
        store.rewards.prize_seed(week),
    )
    return WeekRewards(
        guilds=guild_board(entrants),
        bounties=store.rewards.bounties(),
        paid=len(entrants),
        commitment="" if seed is None else seed.commitment,
    )


def paid_entrants(store: Store, week: str, *, wrong_rate: float) -> list[Entrant]:
    """Those with points in the week whose play is paid, best first."""
    return [
        entrant
        for entrant in store.rewards.entrants(week)
        if is_paid(entrant.marks, wrong_rate=wrong_rate)
    ]


def guild_board(entrants: Sequence[Entrant]) -> list[GuildStanding]:
    """Guilds by the points of their best players, so that a large one has no advantage.

    Equal points share a rank. A guild's name is spelt as its best player spells it.
    """
    members: dict[str, list[Entrant]] = defaultdict(list)
    for entrant in entrants:
        if entrant.team:
            members[nickname_key(entrant.team)].append(entrant)
    totals = [
        (sum(one.points for one in own[:GUILD_PLAYERS]), own[0].team, len(own))
        for own in members.values()
    ]
    totals.sort(key=lambda total: (-total[0], total[1]))
    points = [total[0] for total in totals]
    return [
        GuildStanding(1 + points.index(total), name, total, players)
        for total, name, players in totals
    ]


def monday_of(week: str) -> date:
    """The Monday of a week such as 2026-W48, or of the week that holds a date.

    Raises:
        GapError: it is neither.
    """
    try:
        if "W" in week:
            return datetime.strptime(f"{week}-1", "%G-W%V-%u").date()
        day = date.fromisoformat(week)
    except ValueError as err:
        raise GapError(
            f"'{week}' is no week. Write it as 2026-W48, or as a date in it: 2026-11-25."
        ) from err
    return day - timedelta(days=day.weekday())


def commitment_of(seed_hex: str) -> str:
    """What is published of a seed before anything is drawn: its SHA-256."""
    return hashlib.sha256(bytes.fromhex(seed_hex)).hexdigest()


def commit_to_seed(store: Store, monday: date, *, now: datetime) -> PrizeSeed:
    """The week's seed; made, from the system's own randomness, at the first call.

    Raises:
        GapError: the week is over and had none: a seed may not be chosen with its outcome known.
    """
    week = monday.isoformat()
    known = store.rewards.prize_seed(week)
    if known is not None:
        return known
    if _is_over(monday, now):
        raise GapError(
            f"The week of {week} is over and no seed was committed to in time. "
            "Commit to the next one's before it ends."
        )
    seed_hex = secrets.token_bytes(SEED_BYTES).hex()
    made = PrizeSeed(week, seed_hex, commitment_of(seed_hex), utc_text(now))
    if not store.rewards.add_prize_seed(made):
        return commit_to_seed(store, monday, now=now)
    return made


def draw_prizes(
    store: Store, monday: date, *, wrong_rate: float, beacon: str, now: datetime
) -> dict[str, Any]:
    """Who wins what, with all that is needed to check it.

    Args:
        store: where the week was played.
        monday: of the week.
        wrong_rate: of the game's rules.
        beacon: a public value from after the week's end, which whoever knew the seed could not
            foresee, such as the numbers of a lottery; may be empty.
        now: must be after the week.

    Raises:
        GapError: the week isn't over, or no seed was committed to.
    """
    week = monday.isoformat()
    seed = store.rewards.prize_seed(week)
    if not _is_over(monday, now):
        raise GapError(f"The week of {week} isn't over. Draw after Sunday 24:00 UTC.")
    if seed is None:
        raise GapError(f"No seed was committed to for the week of {week}: nothing can be drawn.")
    return outcome(
        [
            {"id": public_id(one.player_id), "nickname": one.nickname, "points": one.points}
            for one in paid_entrants(store, week, wrong_rate=wrong_rate)
        ],
        week=week,
        seed_hex=seed.seed_hex,
        commitment=seed.commitment,
        beacon=beacon,
    )


def outcome(
    entrants: list[dict[str, Any]], *, week: str, seed_hex: str, commitment: str, beacon: str
) -> dict[str, Any]:
    """The draw itself: entrants best first in, the same record whoever works it out."""
    first, rest = entrants[:TOP_PRIZES], entrants[TOP_PRIZES:DRAWN_FROM]
    drawn = sorted(rest, key=lambda one: _lot(seed_hex, beacon, week, str(one["id"])))
    return {
        "week": week,
        "commitment": commitment,
        "seed": seed_hex,
        "beacon": beacon,
        "entrants": entrants,
        "top": [one["id"] for one in first],
        "drawn": [one["id"] for one in drawn[:DRAWN_PRIZES]],
    }


def check_outcome(record: dict[str, Any]) -> None:
    """Work a published draw out again.

    Raises:
        GapError: the seed isn't the one committed to, or others should have won.
    """
    try:
        if commitment_of(record["seed"]) != record["commitment"]:
            raise GapError("The seed is not the one that was committed to: the draw is void.")
        points = [one["points"] for one in record["entrants"]]
        again = outcome(
            record["entrants"],
            week=record["week"],
            seed_hex=record["seed"],
            commitment=record["commitment"],
            beacon=record["beacon"],
        )
    except (KeyError, TypeError, ValueError) as err:
        raise GapError(f"This is no record of a draw ({err!r}). Give the published file.") from err
    if points != sorted(points, reverse=True):
        raise GapError("The entrants are not in the order of their points: the draw is void.")
    if json.dumps(again, sort_keys=True) != json.dumps(record, sort_keys=True):
        raise GapError(f"Others should have been drawn: {', '.join(again['drawn'])}.")


def public_id(player_id: str) -> str:
    """A player's name in public records: a hash, from which the id can't be had back."""
    return hashlib.sha256(f"gap prize {player_id}".encode()).hexdigest()[:16]


def _lot(seed_hex: str, beacon: str, week: str, entrant: str) -> str:
    return hashlib.sha256(f"{seed_hex}:{beacon}:{week}:{entrant}".encode()).hexdigest()


def _is_over(monday: date, now: datetime) -> bool:
    return now.date() >= monday + timedelta(days=7)
