"""Rows of synthesis as frozen dataclasses."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

ItemState = Literal["waiting", "seeded", "composed", "accepted", "refused", "given_up"]
UNFINISHED: tuple[ItemState, ...] = ("waiting", "seeded", "composed")
FINISHED: tuple[ItemState, ...] = ("accepted", "refused", "given_up")


@dataclass(frozen=True)
class SynthesisRun:
    """A run and how it was asked for."""

    id: int
    name: str
    config_json: str
    begun_utc: datetime


@dataclass(frozen=True)
class SynthesisItem:
    """One item on its way.

    Attributes:
        place: in its run, from 0.
        subject_json: what it is made from.
        reason: why it was refused or given up, else None.
        seed_json, multihop_json, checks_json: what its steps made, None where not yet.
        is_rejected: whether a person took it out.
        rejected_because, rejected_by: why, and who; None where nobody did.
    """

    id: int
    run_id: int
    place: int
    subject_json: str = field(repr=False)
    state: ItemState
    reason: str | None
    seed_json: str | None = field(repr=False)
    multihop_json: str | None = field(repr=False)
    checks_json: str | None = field(repr=False)
    is_rejected: bool
    rejected_because: str | None = None
    rejected_by: str | None = None


@dataclass(frozen=True)
class SynthesisCall:
    """One call of a model: its reply, or why there was none.

    Attributes:
        step: of the item's way; place counts its calls from 0.
        seed: that its words were drawn with.
    """

    item_id: int
    step: str
    place: int
    prompt_version: str
    model: str
    quantization: str
    adapter: str | None
    seed: int
    reply: str | None
    failure: str | None
    tokens: int | None
    latency_s: float | None
    ended_utc: datetime
