"""Rows of evaluations. Called by evaluation and the studio."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class AnsweredBy:
    """Which model gave an answer.

    Attributes:
        weights: a fingerprint of its weights; "" behind a server, which tells none.
        adapter: its name and a fingerprint; "" for the model without one.
        prompt_version: of the instruction.
    """

    model: str
    weights: str
    quantization: str
    adapter: str
    prompt_version: str


@dataclass(frozen=True)
class JudgedBy:
    """Which judge gave a score; the version names prompt, weights and precision."""

    judge: str
    version: str


@dataclass(frozen=True)
class KeptScore:
    """What a judge gave an answer, None where no reply could be read, and its replies."""

    score: float | None
    replies: tuple[str, ...]


@dataclass(frozen=True)
class EvaluationRecord:
    """A finished evaluation; the report is a JSON object."""

    id: int
    answered_by: AnsweredBy
    dataset: str
    side: str
    report: dict[str, Any]
    finished_utc: datetime
