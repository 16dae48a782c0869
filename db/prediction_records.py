"""Rows of the player interaction model as frozen dataclasses. Made by db/prediction_store.py."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

DifficultySource = Literal["played", "alike", "unknown"]


@dataclass(frozen=True)
class MarkedTrapTurn:
    """A marked answer on a tainted picture.

    Attributes:
        time_s: the player's own seconds from the picture's first showing to the question.
        place: of the picture in its session, from 1.
        revealed: whether the model was told to be wrong and the player said so.
    """

    player_id: str
    image_id: str
    time_s: float
    place: int
    revealed: bool = field(repr=False)


@dataclass(frozen=True)
class ImageFeaturesRecord:
    """What a model's eye made of a picture, as little-endian 32-bit floats."""

    image_id: str
    features: bytes


@dataclass(frozen=True)
class PlayerModelRecord:
    """One fit of the player interaction model.

    Attributes:
        verdicts: number of the last verdict that was seen.
        turns: marked answers on tainted pictures that were learnt from.
        features_of: whose features of pictures were used; how many of its there were.
        model_json: the model without its players and pictures.
    """

    verdicts: int
    turns: int
    features_of: str
    features: int
    model_json: str
    fitted_utc: datetime


@dataclass(frozen=True)
class AbilityRecord:
    """A player's A, its standard error, and the turns that it was learnt from."""

    player_id: str
    ability: float
    se: float
    turns: int


@dataclass(frozen=True)
class DifficultyRecord:
    """A picture's D, its standard error, how many turns it has, and how D is known."""

    image_id: str
    difficulty: float
    se: float
    turns: int
    source: DifficultySource
