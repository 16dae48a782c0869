"""Made-up play by the million, and plain SQL over it. Called by benchmarks.

Everything is worked out within SQLite from row numbers, so the same size gives the same rows.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from db.migrations import COUNTED
from db.records import VerdictCounts
from db.store import Store
from db.times import utc_text

ROUNDS_A_SESSION = 10
CACHE_KIB = 1_500_000
# Ids in no order, as real ones are: an odd factor shuffles the numbers below 2^32.
ID = "printf('%c%08x', {letter}, ({number} * 2654435761) % 4294967296)"
NUMBERS = """
WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < :rows)
"""


@dataclass(frozen=True)
class PlaySize:
    """How much to make up: one question a picture, ten pictures a session."""

    turns: int
    players: int
    images: int

    def __post_init__(self) -> None:
        """Refuse sizes that can't be dealt."""
        if self.turns % ROUNDS_A_SESSION or min(self.turns, self.players) < 1:
            raise ValueError(f"{self.turns} turns don't fill sessions of {ROUNDS_A_SESSION}.")
        if self.images < ROUNDS_A_SESSION:
            raise ValueError(f"{self.images} pictures don't fill a session.")


def _id(letter: str, number: str) -> str:
    return ID.format(letter=f"'{letter}'", number=f"({number})")


# A number from 0 to 999 that looks random, from a row number and a salt.
CHANCE = "((({number} + 1) * 7919 + {salt}) * 104729 % 1000003 % 1000)"
HARDNESS = CHANCE.format(number="n", salt=3)
SKILL = CHANCE.format(number=f"(n / {ROUNDS_A_SESSION} % :players)", salt=5)
IS_TAINTED = f"(n % {ROUNDS_A_SESSION} < {ROUNDS_A_SESSION // 2})"
IS_TOLD_WRONG = f"({IS_TAINTED} AND {CHANCE.format(number='n', salt=7)} < 500)"
# Wrong with the player's skill where the answer is wrong, and a fifth of the rest.
IS_MARKED_WRONG = (
    f"(CASE WHEN {IS_TOLD_WRONG} THEN {HARDNESS} < {SKILL} ELSE {HARDNESS} < (1000 - {SKILL}) / 5 "
    "END)"
)
# Session by session through ten weeks.
MOMENT = (
    "strftime('%Y-%m-%dT%H:%M:%S.000+00:00', '2025-01-06', '+' || "
    f"(n / {ROUNDS_A_SESSION} * 6048000 / (:rows / {ROUNDS_A_SESSION})) || ' seconds')"
)
SESSION_MOMENT = MOMENT.replace(f"n / {ROUNDS_A_SESSION}", "n").replace(
    f":rows / {ROUNDS_A_SESSION}", ":rows"
)

STEPS = (
    (
        "images",
        f"""INSERT INTO images (id, path, width_px, height_px, source, licence, origin, added_utc)
        SELECT {_id("i", "n")}, 'images/' || n, 640, 480, 'pocket', 'none',
        NULL, '2025-01-01' FROM numbers""",
    ),
    (
        "players",
        f"""INSERT INTO players (id, nickname, nickname_key, team, created_utc)
        SELECT {_id("p", "n")}, 'Player ' || n, 'player ' || n, '',
        '2025-01-01' FROM numbers""",
    ),
    (
        "sessions",
        f"""INSERT INTO sessions (id, player_id, deck, model, started_utc, closes_utc, finished_utc,
            finish_reason, points, number)
        SELECT {_id("s", "n")}, {_id("p", "n % :players")}, 'pocket',
        'pocket', {SESSION_MOMENT}, {SESSION_MOMENT}, {SESSION_MOMENT}, 'played',
        20 * ({CHANCE.format(number="n", salt=1)} % 6), n / :players FROM numbers""",
    ),
    (
        "rounds",
        f"""INSERT INTO rounds (id, session_id, place, image_id, tainted, token, opened_utc,
            deadline_utc, closed_utc, close_reason)
        SELECT {_id("r", "n")}, {_id("s", f"n / {ROUNDS_A_SESSION}")},
        n % {ROUNDS_A_SESSION} + 1, {_id("i", f"(n / {ROUNDS_A_SESSION} * 7 + n) % :images")},
        {IS_TAINTED}, {_id("k", "n")}, {MOMENT}, {MOMENT}, {MOMENT}, 'wrong' FROM numbers""",
    ),
    (
        "turns",
        f"""INSERT INTO turns (id, round_id, place, question, question_key, told_wrong, model,
            quantization, adapter, prompt_version, seed, asked_utc, answer, answered_utc, latency_s,
            first_word_s, tokens, failure)
        SELECT {_id("t", "n")}, {_id("r", "n")}, 1, 'How many dogs?',
        'how many dogs', {IS_TOLD_WRONG}, 'pocket', 'fp32', NULL, '1', 7, {MOMENT},
        'There are two dogs.', {MOMENT}, 0.3, 0.1, 6, NULL FROM numbers""",
    ),
    (
        "verdicts",
        f"""INSERT INTO verdicts (id, turn_id, verdict, given_utc)
        SELECT {_id("v", "n")}, {_id("t", "n")},
        CASE WHEN {IS_MARKED_WRONG} THEN 'wrong' ELSE 'correct' END, {MOMENT} FROM numbers""",
    ),
)


def fill_with_play(
    store: Store, size: PlaySize, *, on_table: Callable[[str], None] = lambda name: None
) -> None:
    """Add made-up players with their sessions, turns and verdicts to an empty database.

    Args:
        store: a migrated database without rows.
        size: how much.
        on_table: called with each table's name once it is filled.
    """
    rows = {
        "images": size.images,
        "players": size.players,
        "sessions": size.turns // ROUNDS_A_SESSION,
    }
    parameters = {"players": size.players, "images": size.images}
    store.connection.rows(f"PRAGMA cache_size = -{CACHE_KIB}")
    for table, statement in STEPS:
        insert, _, select = statement.partition("SELECT")
        with store.transaction():
            store.connection.rows(
                f"{insert} {NUMBERS} SELECT {select}",
                parameters | {"rows": rows.get(table, size.turns)},
            )
        on_table(table)


def plain_standings(store: Store, moment: datetime) -> int:
    """The week's leaderboard by adding up its sessions, as one would write it first; its length."""
    week = moment.date() - timedelta(days=moment.weekday())
    since = moment.replace(
        year=week.year, month=week.month, day=week.day, hour=0, minute=0, second=0, microsecond=0
    )
    rows = store.connection.rows(
        """SELECT rank() OVER (ORDER BY sum(points) DESC) AS rank, nickname, sum(points)
        FROM sessions JOIN players ON players.id = player_id
        WHERE finished_utc >= :since AND finished_utc < :until GROUP BY player_id ORDER BY rank""",
        {"since": utc_text(since), "until": utc_text(since + timedelta(days=7))},
    )
    return len(rows)


def plain_counts(store: Store, player_id: str) -> VerdictCounts:
    """One player's counts from all verdicts of theirs, as one would write it first."""
    row = store.connection.rows(
        f"SELECT {COUNTED} WHERE sessions.player_id = :player_id", {"player_id": player_id}
    )[0]
    return VerdictCounts(*row[1:])


def last_moment(store: Store) -> datetime:
    """When the last session ended."""
    row = store.connection.rows("SELECT max(finished_utc) AS last FROM sessions")[0]
    return datetime.fromisoformat(row["last"])


class AccountPlay(NamedTuple):
    """Who an account is and how many sessions it has ended; `is_open`: it is in another one."""

    player_id: str
    sessions: int
    is_open: bool


def play_by_nickname(store: Store) -> dict[str, AccountPlay]:
    """Everybody who joined."""
    rows = store.connection.rows(
        """SELECT nickname, players.id AS id, count(finished_utc) AS ended,
            count(sessions.id) > count(finished_utc) AS is_open
        FROM players LEFT JOIN sessions ON sessions.player_id = players.id GROUP BY players.id"""
    )
    return {row["nickname"]: AccountPlay(row["id"], row["ended"], row["is_open"]) for row in rows}


def last_asked(store: Store) -> datetime | None:
    """When the last question was asked."""
    row = store.connection.row("SELECT asked_utc FROM turns ORDER BY rowid DESC LIMIT 1")
    return None if row is None else datetime.fromisoformat(row["asked_utc"])


def busiest_minute(store: Store) -> int:
    """Questions asked in the minute in which most were."""
    row = store.connection.row(
        """SELECT count(*) AS n FROM turns GROUP BY substr(asked_utc, 1, 16)
        ORDER BY n DESC LIMIT 1"""
    )
    return 0 if row is None else int(row["n"])


def disk_bytes(store: Store) -> dict[str, int]:
    """Bytes of each table with its indexes, the largest first; the log is written back first."""
    store.connection.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    rows = store.connection.rows(
        """SELECT parts.tbl_name, sum(pgsize) AS bytes FROM dbstat
        JOIN sqlite_master AS parts ON parts.name = dbstat.name
        GROUP BY tbl_name ORDER BY bytes DESC"""
    )
    return {row["tbl_name"]: int(row["bytes"]) for row in rows}
