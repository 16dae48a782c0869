"""What simulated players knew: a database file of its own, apart from the game's.

Called by simulation and experiments alone. Play, scoring and labeling open the game's file and
so can't read any of it, whatever they ask for.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from sqlite_utils import Database, Migrations

from db.closing import Closing
from db.connection import Connection, open_database

TRUTH_FILE = "simulated_truth.db"

truth_migrations = Migrations("gap_simulated_truth")

SIMULATED_TRUTH = """
CREATE TABLE simulated_players (
    player_id TEXT PRIMARY KEY,
    temper TEXT NOT NULL,
    skill REAL NOT NULL,
    care REAL NOT NULL,
    thinking_s REAL NOT NULL
);
CREATE TABLE simulated_turns (
    turn_id TEXT PRIMARY KEY,
    player_id TEXT NOT NULL REFERENCES simulated_players(player_id),
    truth TEXT,
    model_erred INTEGER CHECK (model_erred IN (0, 1)),
    verdict_right INTEGER CHECK (verdict_right IN (0, 1)),
    CHECK ((truth IS NULL) = (model_erred IS NULL))
);
"""


@truth_migrations()
def m070_simulated_truth(db: Database) -> None:
    """What is true of simulated players and their turns."""
    db.executescript(SIMULATED_TRUTH)


@dataclass(frozen=True)
class SimulatedPlayerRecord:
    """Who a player of the game's file really is."""

    player_id: str
    temper: str
    skill: float
    care: float
    thinking_s: float


@dataclass(frozen=True)
class TurnTruth:
    """What is true of a turn of the game's file.

    Attributes:
        truth: the true answer; None where the picture does not tell.
        model_erred: whether the answer was false of the picture; None with the truth.
        verdict_right: whether the player marked what is true; None without a truth or a mark.
    """

    turn_id: str
    player_id: str
    truth: str | None
    model_erred: bool | None
    verdict_right: bool | None


class TruthStore(Closing):
    """Writes and reads the truth of simulated play; open with `TruthStore.open`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the file at `path`, made and migrated if need be.

        Raises:
            StoreError: it can't be opened as a database.
        """
        return cls(Connection(open_database(path, schema=truth_migrations)))

    def add(self, players: Iterable[SimulatedPlayerRecord], turns: Iterable[TurnTruth]) -> None:
        """Keep these; all or nothing."""
        with self._connection.transaction():
            for player in players:
                self._connection.rows(
                    "INSERT INTO simulated_players VALUES "
                    "(:player_id, :temper, :skill, :care, :thinking_s)",
                    asdict(player),
                )
            for turn in turns:
                self._connection.rows(
                    "INSERT INTO simulated_turns VALUES "
                    "(:turn_id, :player_id, :truth, :model_erred, :verdict_right)",
                    asdict(turn),
                )

    def players(self) -> dict[str, SimulatedPlayerRecord]:
        """All simulated players by id."""
        rows = self._connection.rows("SELECT * FROM simulated_players")
        return {row["player_id"]: SimulatedPlayerRecord(**dict(row)) for row in rows}

    def turns(self) -> dict[str, TurnTruth]:
        """The truth of every turn, by its id."""
        rows = self._connection.rows("SELECT * FROM simulated_turns")
        return {row["turn_id"]: _turn_of(dict(row)) for row in rows}

    def close(self) -> None:
        """Give the handle back."""
        self._connection.close()


def _turn_of(row: dict[str, object]) -> TurnTruth:
    for name in ("model_erred", "verdict_right"):
        row[name] = None if row[name] is None else bool(row[name])
    return TurnTruth(**row)  # type: ignore[arg-type]
