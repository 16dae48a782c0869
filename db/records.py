"""Rows as frozen dataclasses; the stores make them, play and scoring read them.

What would give a trap away is kept out of every repr, so that no log or traceback shows it.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Taint = Literal["tainted", "untainted", "proposed"]
ImageSource = Literal["pocket", "folder", "coco"]
Verdict = Literal["correct", "wrong"]
CloseReason = Literal["wrong", "timeout", "questions_used", "session_closed"]
FinishReason = Literal["played", "closed"]


@dataclass(frozen=True)
class ImageRecord:
    """A picture of the data folder; `path` is relative to that folder."""

    id: str
    path: str
    width_px: int
    height_px: int
    source: ImageSource
    licence: str
    origin: str | None
    added_utc: datetime


@dataclass(frozen=True)
class DrawnImage:
    """A picture of the pocket world and the scene graph it was drawn from."""

    image_id: str
    path: str
    graph_json: str = field(repr=False)


@dataclass(frozen=True)
class PlayerRecord:
    """Somebody who joined; `nickname_key` is the nickname as compared with others.

    Where the host has hidden it, `nickname` is a neutral one and `hidden_nickname` what was typed;
    so with the team.
    """

    id: str
    nickname: str
    nickname_key: str
    team: str
    created_utc: datetime
    hidden_nickname: str | None = None
    hidden_team: str | None = None


@dataclass(frozen=True)
class SessionRecord:
    """One game of several pictures; unfinished while `finished_utc` is None."""

    id: str
    player_id: str
    deck: str
    model: str
    started_utc: datetime
    closes_utc: datetime
    finished_utc: datetime | None = None
    finish_reason: FinishReason | None = None
    points: int | None = None


@dataclass(frozen=True)
class RoundRecord:
    """One picture in a session; dealt at the start, opened when it is first shown."""

    id: str
    session_id: str
    place: int
    image_id: str
    tainted: bool = field(repr=False)
    token: str
    opened_utc: datetime | None = None
    deadline_utc: datetime | None = None
    closed_utc: datetime | None = None
    close_reason: CloseReason | None = None


@dataclass(frozen=True)
class AnsweredBy:
    """Which model gave an answer, recorded with every turn."""

    model: str
    quantization: str
    adapter: str | None
    prompt_version: str
    seed: int


@dataclass(frozen=True)
class TurnRecord:
    """One question and, once they came, its answer or failure and its verdict."""

    id: str
    round_id: str
    place: int
    question: str
    question_key: str
    told_wrong: bool = field(repr=False)
    answered_by: AnsweredBy
    asked_utc: datetime
    answer: str | None = None
    answered_utc: datetime | None = None
    failure: str | None = None
    verdict: Verdict | None = None

    @property
    def is_open(self) -> bool:
        """Whether the model still owes this turn an answer."""
        return self.answer is None and self.failure is None


@dataclass(frozen=True)
class AnswerTiming:
    """How long an answer took and how long it was."""

    tokens: int
    latency_s: float
    first_word_s: float


@dataclass(frozen=True)
class TurnContext:
    """A turn with the round it belongs to and the player whose session that is."""

    turn: TurnRecord
    round: RoundRecord
    player_id: str


@dataclass(frozen=True)
class DealtImage:
    """A picture picked from a deck for a new session."""

    image_id: str
    tainted: bool = field(repr=False)


@dataclass(frozen=True)
class SessionScore:
    """Totals of one session."""

    traps_caught: int
    traps_set: int
    questions: int
    marked_correct: int


@dataclass(frozen=True)
class VerdictCounts:
    """A player's verdicts: on tainted pictures by what the model had been told, and on others.

    The last two: what experts found of answers marked wrong on untainted pictures.
    """

    told_marked_wrong: int
    told_marked_correct: int
    honest_marked_wrong: int
    honest_marked_correct: int
    untainted_marked_wrong: int
    untainted_marked_correct: int
    checked_model_wrong: int = 0
    checked_model_right: int = 0


@dataclass(frozen=True)
class PosteriorRecord:
    """A player's posterior after one more verdict on a tainted picture."""

    player_id: str
    verdict_id: str
    counts: VerdictCounts = field(repr=False)
    paper: float | None
    smoothed: float
    smoothed_low: float
    smoothed_high: float
    joint: float
    joint_low: float
    joint_high: float
    updated_utc: datetime


@dataclass(frozen=True)
class PopulationRecord:
    """The population of players as the joint estimator fitted it.

    Attributes:
        verdicts: number of the last verdict that was seen.
        error_rate: how often the model errs on untainted pictures; error_rate_sd its standard
            error.
        honest_wrong, told_right: epsilon and delta of the model, taken as given.
        weights: share of players at each point of the grid.
        smoothed_a, smoothed_b: the Beta prior of the smoothed estimator, fitted at the same time;
            None in records from before it was kept.
    """

    verdicts: int
    error_rate: float
    error_rate_sd: float
    honest_wrong: float
    told_right: float
    weights: tuple[float, ...] = field(repr=False)
    fitted_utc: datetime
    smoothed_a: float | None = None
    smoothed_b: float | None = None


@dataclass(frozen=True)
class StandingRecord:
    """A player's place among those who finished a session in some span of time."""

    rank: int
    player_id: str
    nickname: str
    team: str
    points: int
    sessions: int


@dataclass(frozen=True)
class MarkedQuestion:
    """A question marked wrong on an untainted picture; `session` is the player's how manieth."""

    turn_id: str
    player_id: str
    question: str
    session: int
