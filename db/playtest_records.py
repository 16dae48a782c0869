"""What a facilitator sees of a playtest, as frozen dataclasses."""

from dataclasses import dataclass, field
from datetime import datetime

from db.records import FinishReason, VerdictCounts


@dataclass(frozen=True)
class OpenSession:
    """A session that is being played; `place` is the picture it is at, 0 before the first."""

    session_id: str
    nickname: str
    team: str
    started_utc: datetime
    place: int
    pictures: int
    questions: int
    is_waiting: bool
    last_utc: datetime


@dataclass(frozen=True)
class SessionTotals:
    """Sessions begun since some moment."""

    players: int
    sessions: int
    finished: int


@dataclass(frozen=True)
class TurnTotals:
    """The last questions of all players.

    Attributes:
        answered: answers since the moment asked for.
        marked_wrong, marked_correct: verdicts on them.
        failed: questions that got no answer.
        waiting: questions that wait for one now.
        first_word_s: seconds to the first word of each answer, sorted.
    """

    answered: int
    marked_wrong: int
    marked_correct: int
    failed: int
    waiting: int
    first_word_s: tuple[float, ...] = field(repr=False)


@dataclass(frozen=True)
class PlayerPlay:
    """How a player plays, over their last questions.

    Attributes:
        deciding_s: seconds from answer to verdict, sorted.
        questions: how many were looked at; different: how many different ones.
    """

    player_id: str
    nickname: str
    is_hidden: bool
    team: str
    sessions: int
    counts: VerdictCounts = field(repr=False)
    posterior: float | None
    posterior_low: float | None
    posterior_high: float | None
    questions: int
    different: int
    deciding_s: tuple[float, ...] = field(repr=False)


@dataclass(frozen=True)
class PlayedModel:
    """A model that answered, as turns record it."""

    name: str
    quantization: str
    adapter: str | None


@dataclass(frozen=True)
class SessionPosterior:
    """What was thought of a player at the end of the session of this number."""

    session: int
    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class PlayedTurn:
    """A line of the export."""

    turn_id: str
    session_id: str
    nickname: str
    team: str
    image_id: str
    tainted: bool
    told_wrong: bool
    question: str
    answer: str | None
    failure: str | None
    verdict: str | None
    model: str
    adapter: str | None
    asked_utc: str
    answered_utc: str | None
    verdict_utc: str | None
    finish_reason: FinishReason | None
