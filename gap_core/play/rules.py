"""The numbers of the game. Called by everything in play."""

from dataclasses import dataclass, fields

from gap_core.scoring.rates import ModelErrors
from models.base import ANSWER_TOKENS


@dataclass(frozen=True)
class Rules:
    """How long, how many, how often.

    Source: GAP paper, section 3; questions_per_round, grace_s and the last three are our own.

    Attributes:
        round_s: the player's own time with a picture; waiting for the model isn't counted.
        session_s: after this a session closes by itself and is scored as it stands.
        trap_points: for a tainted picture whose wrong answer was marked wrong.
        wrong_rate: share of questions on tainted pictures that are answered wrong on purpose.
        theta: a question is selected when its player's posterior is above this.
        grace_s: how long after the deadline a verdict already on its way is still taken.
        answer_timeout_s: an answer that takes longer is given up as lost.
        asks_per_round: all questions, failed ones included, so that nobody stops the clock
            for ever by asking and hanging up.
        answer_max_tokens: where the model is cut off.
        honest_wrong, told_right: epsilon and delta as measured of the model; 0 takes every answer
            on a tainted picture for what it was told to be, as the paper does.
        measured_on: answers of each kind that both were measured on; 0 takes them as exact.
    """

    tainted_images: int = 5
    untainted_images: int = 5
    round_s: float = 120.0
    session_s: float = 21600.0
    trap_points: int = 20
    wrong_rate: float = 0.5
    theta: float = 0.8
    question_max_chars: int = 500
    nickname_max_chars: int = 24
    questions_per_round: int = 12
    grace_s: float = 1.5
    answer_timeout_s: float = 120.0
    asks_per_round: int = 36
    answer_max_tokens: int = ANSWER_TOKENS
    honest_wrong: float = 0.0
    told_right: float = 0.0
    measured_on: int = 0

    def __post_init__(self) -> None:
        """Refuse rules that contradict themselves."""
        for name in ("wrong_rate", "theta"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} is {getattr(self, name)}; it is a share, from 0 to 1.")
        for field in fields(self):
            number = getattr(self, field.name)
            if number < 0:
                raise ValueError(f"{field.name} is {number}; it can't be below 0.")
        if self.images_per_session < 1:
            raise ValueError("A session has no pictures; set tainted_images or untainted_images.")
        if self.asks_per_round < self.questions_per_round:
            raise ValueError("asks_per_round is below questions_per_round; it counts those too.")

    @property
    def images_per_session(self) -> int:
        """Pictures, and so rounds, in a session."""
        return self.tainted_images + self.untainted_images

    @property
    def model_errors(self) -> ModelErrors:
        """How often the model does not do as it is told on tainted pictures."""
        return ModelErrors(self.honest_wrong, self.told_right, self.measured_on or None)
