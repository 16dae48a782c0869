"""What the game shows of itself: frozen, and without a trace of which picture is a trap."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from db.records import Verdict
from gap_core.rewards.progress import Progress
from gap_core.scoring.interval import Interval
from gap_core.scoring.posterior import EstimatorName


@dataclass(frozen=True)
class ModelLabel:
    """Which model answers, as recorded with every answer.

    `quantization` is empty while the model is not loaded yet.
    """

    name: str
    quantization: str
    adapter: str | None
    prompt_version: str
    seed: int


@dataclass(frozen=True)
class Player:
    """Somebody who joined."""

    id: str
    nickname: str
    team: str
    created: datetime


@dataclass(frozen=True)
class TurnView:
    """A question of the picture being shown; `answer` is None while the model is at it."""

    turn_id: str
    question: str
    answer: str | None
    verdict: Verdict | None


@dataclass(frozen=True)
class RoundView:
    """The picture being shown.

    Attributes:
        token: names the round in what the player sends, and the picture in its address.
        seconds_left: of the player's own time; stands still while an answer is awaited.
        closes_in_s: when to look again for the next picture: the time left and the grace after.
        is_waiting: the last turn still waits for its answer, so the clock stands still.
        is_given_up: the last question got no answer; it isn't counted.
        turns: questions of this picture, oldest first; failed ones are left out.
        questions_left: how many more may be asked.
    """

    token: str
    seconds_left: float
    seconds_total: float
    closes_in_s: float
    is_waiting: bool
    is_given_up: bool
    turns: tuple[TurnView, ...]
    questions_left: int


@dataclass(frozen=True)
class FinishedView:
    """A session that is over, in totals only.

    Attributes:
        traps_set: pictures on which a wrong answer was given on purpose.
        marked_correct: answers on all pictures that the player marked so.
        standing: this player's rank this week, None where no session counts this week.
        of_players: how many have a rank this week.
        was_played_out: False where the session closed by itself.
    """

    points: int
    traps_caught: int
    traps_set: int
    questions: int
    marked_correct: int
    standing: int | None
    of_players: int
    was_played_out: bool


@dataclass(frozen=True)
class SessionView:
    """The session being played, or the last one; `place` counts from 1."""

    place: int
    total: int
    round: RoundView | None
    finished: FinishedView | None


@dataclass(frozen=True)
class GameView:
    """All that one player may see; `session` is None before the first, `progress` in a session."""

    player: Player
    session: SessionView | None
    progress: Progress | None = None


@dataclass(frozen=True)
class OpenTurn:
    """What the model is to be asked; for the server only, never sent to a browser."""

    turn_id: str
    system: str = field(repr=False)
    image_path: Path
    question: str
    max_tokens: int


@dataclass(frozen=True)
class Standing:
    """A line of the week's leaderboard."""

    rank: int
    nickname: str
    team: str
    points: int
    sessions: int


@dataclass(frozen=True)
class SelectedQuestion:
    """A question whose answer is probably wrong.

    Attributes:
        estimator: what selected it.
        posterior: P(the answer is wrong | marked wrong by this player), by that estimator.
    """

    turn_id: str
    player_id: str
    question: str
    estimator: EstimatorName
    posterior: Interval
