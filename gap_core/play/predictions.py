"""What the player interaction model says: the door for pages that show pictures and players.

Called by the studio's deck and playtest pages. player_fits.py keeps the figures up to date; this
only reads, so a page may look as often as it likes.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from db import Store
from db.prediction_records import AbilityRecord, DifficultyRecord, DifficultySource
from gap_core.scoring.interval import Interval
from gap_core.scoring.player_model import NEW, PlayerModel
from gap_core.scoring.player_model_json import PARAMETERS, model_of_json
from gap_core.scoring.prediction_check import Z_95


@dataclass(frozen=True)
class ImageDifficulty:
    """How hard it is to reveal an error on a picture: 0 easy, 1 hard, with its 95% interval.

    Attributes:
        error_chance: P(a question reveals an error), asked at once on the session's first picture.
        turns: marked answers it was learnt from.
        source: its own turns ("played"), pictures that look alike to the model ("alike"), or
            neither ("unknown": the mean of all, with the spread of all).
    """

    image_id: str
    difficulty: Interval
    error_chance: float
    turns: int
    source: DifficultySource


@dataclass(frozen=True)
class PlayerAbility:
    """How well a player reveals errors: 0 never, 1 best, with its 95% interval."""

    player_id: str
    nickname: str
    ability: Interval
    turns: int


@dataclass(frozen=True)
class PlayerModelSummary:
    """The last fit.

    Attributes:
        turns: marked answers on tainted pictures that it was learnt from.
        pictures_seen: pictures that the model has looked at for clusters.
        parameters: alpha, beta, tau, gamma and fatigue_rate, with 95% intervals.
    """

    fitted: datetime
    turns: int
    pictures_seen: int
    features_of: str
    parameters: dict[str, Interval]


def player_model_summary(store: Store) -> PlayerModelSummary | None:
    """The last fit; None before the first."""
    fit = store.predictions.latest_fit()
    if fit is None:
        return None
    model = model_of_json(fit.model_json)
    return PlayerModelSummary(
        fitted=fit.fitted_utc,
        turns=fit.turns,
        pictures_seen=fit.features,
        features_of=fit.features_of,
        parameters={
            name: _around(getattr(model, name).value, getattr(model, name).se, high=math.inf)
            for name in PARAMETERS
        },
    )


def image_difficulties(
    store: Store, deck: str, *, player_id: str | None = None
) -> dict[str, ImageDifficulty]:
    """Of the deck's pictures, by id; empty before the first fit.

    Pictures that came after the fit are missing until the next one.

    Args:
        store: where the fit is kept.
        deck: whose pictures.
        player_id: whose chances; None, or somebody new, for a player of whom nothing is known.
    """
    fit = store.predictions.latest_fit()
    found = store.predictions.difficulties(deck)
    if fit is None or not found:
        return {}
    player = None if player_id is None else store.predictions.ability(player_id)
    chances = _first_question_chances(model_of_json(fit.model_json), found, player)
    return {
        one.image_id: ImageDifficulty(
            one.image_id, _around(one.difficulty, one.se), float(chance), one.turns, one.source
        )
        for one, chance in zip(found, chances, strict=True)
    }


def player_abilities(store: Store) -> list[PlayerAbility]:
    """Of all players with a marked answer on a tainted picture, best first."""
    names = store.predictions.nicknames()
    found = [
        PlayerAbility(one.player_id, names[one.player_id], _around(one.ability, one.se), one.turns)
        for one in store.predictions.abilities()
    ]
    return sorted(found, key=lambda one: -one.ability.mean)


def _first_question_chances(
    model: PlayerModel, pictures: Sequence[DifficultyRecord], player: AbilityRecord | None
) -> np.ndarray:
    """P(S = 1) of a question asked at once on each picture, were it the session's first, (n,)."""
    n = len(pictures)
    if player is not None:
        own = (np.array([player.ability]), np.array([player.se]))
        model = replace(model, ability=replace(model.ability, value=own[0], se=own[1]))
    difficulty = replace(
        model.difficulty,
        value=np.array([one.difficulty for one in pictures]),
        se=np.array([one.se for one in pictures]),
    )
    return model.predict(
        player=np.full(n, NEW if player is None else 0),
        image=np.arange(n),
        time_s=np.zeros(n),
        place=np.ones(n),
        difficulty=difficulty,
    )


def _around(mean: float, se: float, *, high: float = 1.0) -> Interval:
    reach = Z_95 * se
    return Interval(mean, max(0.0, mean - reach), min(high, mean + reach))
