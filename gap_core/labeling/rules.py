"""The numbers of labeling. Called by everything in labeling."""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from db.labeling_records import LeaseTime
from gap_core.scoring.posterior import DEFAULT_ESTIMATOR, EstimatorName, SelectedBy
from gap_core.scoring.rates import ModelErrors

# Who waits for the database has looked at the clock a while before; longer than any such wait.
CLOCK_SLACK = timedelta(seconds=60)


@dataclass(frozen=True)
class LabelRules:
    """Which questions are served, for how long, and what may be typed.

    Attributes:
        theta: a question is served when its player's posterior is above this; as in the game.
        estimator: whose posterior that is.
        selected_by: whether the estimate or the lower bound of its interval has to pass theta.
        errors: what was measured of the model; as in the game.
        second_share: of items that are labeled by a second person, blind to the first.
        lease_s: how long an item stays with a labeler who shows no sign of life.
    """

    theta: float = 0.8
    estimator: EstimatorName = DEFAULT_ESTIMATOR
    selected_by: SelectedBy = "estimate"
    errors: ModelErrors = ModelErrors()
    lease_s: float = 180.0
    second_share: float = 0.1
    answer_max_chars: int = 500
    note_max_chars: int = 500
    name_max_chars: int = 40
    password_min_chars: int = 10
    password_max_chars: int = 200

    def __post_init__(self) -> None:
        """Refuse rules that contradict themselves."""
        for name in ("theta", "second_share"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} is {getattr(self, name)}; it is a share, from 0 to 1.")
        for field in fields(self):
            number = getattr(self, field.name)
            if field.type in ("int", int, "float", float) and number < 0:
                raise ValueError(f"{field.name} is {number}; it can't be below 0.")
        if self.lease_s <= 0:
            raise ValueError("lease_s is 0; nobody could hold an item.")

    def lease_time(self, now: datetime) -> LeaseTime:
        """One look at the clock, for claims."""
        until = now + timedelta(seconds=self.lease_s)
        return LeaseTime(now=now, until=until, longest=until + CLOCK_SLACK)
