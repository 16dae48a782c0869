"""Rows of curation as frozen dataclasses."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from db.records import ImageSource, Taint

DeckDecision = Literal["approved", "rejected", "promoted", "retired", "restored"]


@dataclass(frozen=True)
class DeckImage:
    """A picture as a deck holds it; `exposures` is how often it was shown to a player."""

    image_id: str
    path: str
    origin: str | None
    source: ImageSource
    taint: Taint = field(repr=False)
    retired_utc: datetime | None
    exposures: int


@dataclass(frozen=True)
class DeckDecisionRecord:
    """What somebody decided on a picture of a deck, and why; promoted for which adapter."""

    deck: str
    image_id: str
    decision: DeckDecision
    reason: str
    decided_by: str
    decided_utc: datetime
    adapter: str | None = None


@dataclass(frozen=True)
class DescriptionRecord:
    """What a model said when it was asked to describe a picture."""

    image_id: str
    model: str
    quantization: str
    adapter: str | None
    text: str
    described_utc: datetime


@dataclass(frozen=True)
class SampledImage:
    """An untainted picture and how many informative samples experts made of it."""

    image_id: str
    samples: int
