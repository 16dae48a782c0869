"""Random surroundings and scenes of the FULL edition.

Called by sampling.py. A seed's scene depends on the order in which the random source is used.
"""

import random
from dataclasses import replace

from gap_core.pocket_world.edition import FULL
from gap_core.pocket_world.place_things import place_things
from gap_core.pocket_world.scene import Scene
from gap_core.pocket_world.vocabulary_full import (
    FULL_PLACES,
    INDOORS,
    OCCASION_PLACES,
    SEASON_PLACES,
    SEASONS,
    SHOWN_BY_ACTIVITY,
    STYLES,
    TIMES,
)

_OCCASION_CHANCE = 0.3
_TIME_WEIGHTS = (0.5, 0.25, 0.25)
_STYLE_WEIGHTS = (0.64, 0.12, 0.12, 0.12)
_FOG_WEIGHTS = (0.88, 0.0, 0.0, 0.12)  # lines and few inks do not show it


def sample_full_scene(seed: int, *, things: int) -> Scene:
    """A random scene with exactly so many things."""
    rng = random.Random(f"full scene {seed} {things}")
    while True:
        empty = sample_surroundings(seed, rng)
        placed = place_things(rng, empty, count=things)
        if placed is not None:
            full = replace(empty, things=tuple(sorted(placed, key=lambda t: t.x_px)))
            return _without_doubles(full)


def _without_doubles(scene: Scene) -> Scene:
    """Nobody holds what also stands there by itself: it could not be counted."""
    present = {thing.kind for thing in scene.things}
    things = tuple(
        replace(thing, activity="waving")
        if present.intersection(SHOWN_BY_ACTIVITY.get(thing.activity, ()))
        else thing
        for thing in scene.things
    )
    return replace(scene, things=things)


def sample_surroundings(seed: int, rng: random.Random) -> Scene:
    """Place, weather, time, season, occasion and style that go together; no things yet."""
    place = rng.choice(FULL_PLACES)
    time = rng.choices(TIMES, _TIME_WEIGHTS)[0]
    weather = _sample_weather(rng, place=place, time=time)
    occasions = [name for name, places in OCCASION_PLACES.items() if place in places]
    has_occasion = occasions and rng.random() < _OCCASION_CHANCE
    return Scene(
        seed=seed,
        place=place,
        weather=weather,
        things=(),
        edition=FULL.name,
        time=time,
        season=_sample_season(rng, place=place, weather=weather),
        occasion=rng.choice(occasions) if has_occasion else "",
        style=rng.choices(STYLES, _FOG_WEIGHTS if weather == "foggy" else _STYLE_WEIGHTS)[0],
    )


def _sample_weather(rng: random.Random, *, place: str, time: str) -> str:
    """Weather that the place has; at night no sun but a clear sky."""
    bright = "clear" if time == "night" else "sunny"
    if place == "desert":
        return rng.choice((bright, "cloudy", "stormy"))
    if place in INDOORS:
        return rng.choice((bright, "cloudy", "rainy", "snowy", "stormy"))
    return rng.choice((bright, bright, "cloudy", "rainy", "snowy", "foggy", "stormy"))


def _sample_season(rng: random.Random, *, place: str, weather: str) -> str:
    """A season where the picture shows one; snow falls in winter, thunder outside of it."""
    if place not in SEASON_PLACES:
        return ""
    if weather == "snowy":
        return "winter"
    return rng.choice(SEASONS[:3] if weather == "stormy" else SEASONS)
