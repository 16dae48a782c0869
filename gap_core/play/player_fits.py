"""The player interaction model over the database: pictures looked at, the model fitted again.

Called in the background by the game, and by scripts. predictions.py reads what is kept here.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import numpy as np
from PIL import Image

from db import Store
from db.prediction_records import (
    AbilityRecord,
    DifficultyRecord,
    ImageFeaturesRecord,
    MarkedTrapTurn,
    PlayerModelRecord,
)
from gap_core.play.rules import Rules
from gap_core.scoring.image_clusters import unseen_difficulty
from gap_core.scoring.player_model import PlayerModel, Scores
from gap_core.scoring.player_model_fit import fit_player_model
from gap_core.scoring.player_model_json import json_of_model
from gap_core.scoring.player_turns import SessionShape, Turns
from models.base import PictureReader

GROWTH = 1.1  # in verdicts or in features, before a fit is worth its time
LEAST_ALIKE = 2  # played pictures with features, before others can be held against them
NEWEST = 1_000_000  # rounds that are learnt from: a game's memory has an end, and players change
SEED = 1  # of the clusters
LOOKS = 8  # at new pictures at a time, so that nobody's answer waits long


def refit_with_pictures(
    store: Store, reader: PictureReader | None, *, rules: Rules, data_dir: Path, now: datetime
) -> bool:
    """Look at a few new pictures, if the model has an eye, and fit if there is enough new."""
    if reader is not None:
        look_at_pictures(store, reader, data_dir=data_dir, limit=LOOKS)
    features_of = None if reader is None else reader.eye
    return refit_player_model(store, rules=rules, now=now, features_of=features_of)


def look_at_pictures(store: Store, reader: PictureReader, *, data_dir: Path, limit: int) -> int:
    """Keep what the model's eye makes of up to `limit` pictures that it has not seen; how many."""
    found = []
    for image_id, path in store.predictions.images_without_features(reader.eye, limit=limit):
        try:
            with Image.open(data_dir / path) as picture:
                features = reader.picture_features(picture.convert("RGB"))
        except OSError:  # a picture that was removed is told to whoever plays it
            continue
        found.append(ImageFeaturesRecord(image_id, features.astype("<f4").tobytes()))
    store.predictions.add_features(found, model=reader.eye)
    return len(found)


def refit_player_model(
    store: Store,
    *,
    rules: Rules,
    now: datetime,
    features_of: str | None = None,
    is_forced: bool = False,
) -> bool:
    """Fit again if enough was said or seen since the last fit; whether it was.

    Takes seconds with a million turns, so never within a transaction.

    Args:
        store: to read and write.
        rules: how long a player has for a picture, and how many there are.
        now: when.
        features_of: the eye whose features tell which pictures are alike; None for the last fit's.
        is_forced: fit in any case, if there is anything to learn from.
    """
    verdicts, last = store.scores.last_verdict_number(), store.predictions.latest_fit()
    if features_of is None:
        features_of = "" if last is None else last.features_of
    features = store.predictions.feature_count(features_of)
    is_enough = (
        last is None
        or verdicts >= GROWTH * last.verdicts
        or features_of != last.features_of
        or _has_seen_enough(store, features, last)
    )
    marked = store.predictions.trap_turns(newest_rounds=NEWEST) if is_enough or is_forced else []
    if not marked:
        return False
    players, images, turns = turns_of(marked, rules)
    model = fit_player_model(turns)
    fit = PlayerModelRecord(
        verdicts=verdicts,
        turns=len(marked),
        features_of=features_of,
        features=features,
        model_json=json_of_model(model),
        fitted_utc=now,
    )
    store.predictions.replace_fit(
        fit,
        abilities=_abilities(players, model.ability, turns),
        difficulties=_difficulties(store, images, model, turns, features_of=features_of),
    )
    return True


def _has_seen_enough(store: Store, features: int, last: PlayerModelRecord) -> bool:
    """A tenth more pictures than at the last fit, or all that there are."""
    if features <= last.features:
        return False
    left = store.predictions.images_without_features(last.features_of, limit=1)
    return features >= GROWTH * last.features or not left


def turns_of(
    marked: Sequence[MarkedTrapTurn], rules: Rules
) -> tuple[np.ndarray, np.ndarray, Turns]:
    """Ids of players and pictures in the order of their numbers, and the turns."""
    players, player = np.unique([turn.player_id for turn in marked], return_inverse=True)
    images, image = np.unique([turn.image_id for turn in marked], return_inverse=True)
    place = np.array([turn.place for turn in marked])
    # Sessions dealt under other rules may have been longer.
    shape = SessionShape(rules.round_s, max(rules.images_per_session, int(place.max())))
    turns = Turns(
        player,
        image,
        np.array([turn.time_s for turn in marked]),
        place,
        np.array([turn.revealed for turn in marked]),
        players=len(players),
        images=len(images),
        shape=shape,
    )
    return players, images, turns


def _abilities(players: np.ndarray, ability: Scores, turns: Turns) -> list[AbilityRecord]:
    counts = np.bincount(turns.player, minlength=turns.players)
    return [
        AbilityRecord(str(player), float(value), float(se), int(count))
        for player, value, se, count in zip(players, ability.value, ability.se, counts, strict=True)
    ]


def _difficulties(
    store: Store, played: np.ndarray, model: PlayerModel, turns: Turns, *, features_of: str
) -> list[DifficultyRecord]:
    """Every picture's difficulty, from its own turns or its cluster, whichever tells more."""
    scores = model.difficulty
    counts = np.bincount(turns.image, minlength=turns.images)
    found = {
        image_id: DifficultyRecord(image_id, scores.mean, scores.sd, 0, "unknown")
        for image_id in store.predictions.image_ids()
    }
    for image_id, value, se, count in zip(played, scores.value, scores.se, counts, strict=True):
        found[str(image_id)] = DifficultyRecord(
            str(image_id), float(value), float(se), int(count), "played"
        )
    for image_id, value, se in _from_clusters(store, played, scores, features_of=features_of):
        own = found[image_id]
        if se < own.se:
            found[image_id] = DifficultyRecord(image_id, value, se, own.turns, "alike")
    return list(found.values())


def _from_clusters(
    store: Store, played: np.ndarray, scores: Scores, *, features_of: str
) -> list[tuple[str, float, float]]:
    """Difficulty and standard error of every picture with features, by those that look alike."""
    kept = store.predictions.features(features_of)
    number = {str(image_id): place for place, image_id in enumerate(played)}
    rows = np.array([np.frombuffer(one.features, dtype="<f4") for one in kept], dtype=float)
    known = [place for place, one in enumerate(kept) if one.image_id in number]
    if len(known) < LEAST_ALIKE:
        return []
    order = [number[kept[place].image_id] for place in known]
    of_known = Scores(scores.value[order], scores.se[order], scores.mean, scores.sd)
    guessed = unseen_difficulty(rows, known=rows[known], difficulty=of_known, seed=SEED)
    return [
        (one.image_id, float(value), float(se))
        for one, value, se in zip(kept, guessed.value, guessed.se, strict=True)
    ]
