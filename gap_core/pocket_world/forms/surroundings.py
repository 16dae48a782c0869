"""Scene understanding and weather: the place, the sky, and the whole in one description.

Called through the registry of this folder.
"""

import random
from dataclasses import replace

from gap_core.pocket_world.edition import Edition
from gap_core.pocket_world.forms.form import (
    NO_CATEGORY,
    SCENE,
    WEATHER,
    Args,
    Form,
    no_args,
    no_words,
)
from gap_core.pocket_world.forms.hearing import read_text, value_reader, yes_no_reader
from gap_core.pocket_world.forms.naming import own_or_other
from gap_core.pocket_world.forms.sentences import conclude, sentence
from gap_core.pocket_world.scene import Scene, Thing
from gap_core.pocket_world.vocabulary import ALL_PLACES, ALL_WEATHERS, GARMENTS, with_article
from gap_core.pocket_world.wordings import OFF_TOPIC_REPLY, WEATHER_DOING


def _place_clause(place: str) -> str:
    return f"this is {with_article(place)}"


def _true_place(scene: Scene, args: Args) -> str:
    return sentence(_place_clause(scene.place))


def _wrong_place(scene: Scene, args: Args, rng: random.Random) -> str:
    return sentence(_place_clause(_other(scene.place, scene.world.places, rng)))


def _is_place_args(scene: Scene, rng: random.Random) -> Args:
    return own_or_other(scene.place, scene.world.places, rng)


def _is_place_words(edition: Edition, args: Args, rng: random.Random) -> dict[str, str]:
    return {"place": args[0], "a_place": with_article(args[0])}


def _true_is_place(scene: Scene, args: Args) -> str:
    return conclude(_place_clause(scene.place), is_yes=args[0] == scene.place)


def _wrong_is_place(scene: Scene, args: Args, rng: random.Random) -> str:
    wrong = _other(scene.place, scene.world.places, rng)
    said = wrong if args[0] == scene.place else args[0]
    return conclude(_place_clause(said), is_yes=said == args[0])


def _other(own: str, values: tuple[str, ...], rng: random.Random) -> str:
    return rng.choice([value for value in values if value != own])


def _true_weather(scene: Scene, args: Args) -> str:
    return f"It is {scene.weather}."


def _wrong_weather(scene: Scene, args: Args, rng: random.Random) -> str:
    return f"It is {_other(scene.weather, scene.world.weathers, rng)}."


def _is_weather_args(scene: Scene, rng: random.Random) -> Args:
    return own_or_other(scene.weather, scene.world.weathers, rng)


def _is_weather_words(edition: Edition, args: Args, rng: random.Random) -> dict[str, str]:
    return {"weather": args[0], "doing": WEATHER_DOING.get(args[0], args[0])}


def _true_is_weather(scene: Scene, args: Args) -> str:
    return conclude(f"it is {scene.weather}", is_yes=args[0] == scene.weather)


def _wrong_is_weather(scene: Scene, args: Args, rng: random.Random) -> str:
    wrong = _other(scene.weather, scene.world.weathers, rng)
    said = wrong if args[0] == scene.weather else args[0]
    return conclude(f"it is {said}", is_yes=said == args[0])


def describe(scene: Scene) -> str:
    """Place, weather and every thing from left to right with its size and colour."""
    things = ", ".join(_describe_thing(thing) for thing in scene.things)
    return f"A {scene.weather} {scene.place}. From left to right: {things}."


def _describe_thing(thing: Thing) -> str:
    if thing.kind in GARMENTS:
        return f"a {thing.size} {thing.kind} in {thing.colour}"
    tail = (
        f" that says {thing.word}" if thing.word else f" {thing.resting}" if thing.resting else ""
    )
    return f"a {thing.size} {thing.colour} {thing.kind}{tail}"


def _true_describe(scene: Scene, args: Args) -> str:
    return describe(scene)


def _wrong_describe(scene: Scene, args: Args, rng: random.Random) -> str:
    """The description with one thing in another colour."""
    things = list(scene.things)
    place = rng.randrange(len(things))
    colours = scene.world.kinds[things[place].kind].colours
    others = [colour for colour in colours if colour != things[place].colour]
    things[place] = replace(things[place], colour=rng.choice(others))
    return describe(replace(scene, things=tuple(things)))


def _true_off_topic(scene: Scene, args: Args) -> str:
    return OFF_TOPIC_REPLY


def _wrong_off_topic(scene: Scene, args: Args, rng: random.Random) -> str:
    """The same reply whatever the model was told."""
    return OFF_TOPIC_REPLY


SURROUNDING_FORMS = (
    Form(
        "weather", WEATHER, no_args, no_words, _true_weather, _wrong_weather,
        value_reader(ALL_WEATHERS),
    ),
    Form(
        "is_weather", WEATHER, _is_weather_args, _is_weather_words, _true_is_weather,
        _wrong_is_weather, yes_no_reader(ALL_WEATHERS),
    ),
    Form(
        "place", SCENE, no_args, no_words, _true_place, _wrong_place, value_reader(ALL_PLACES)
    ),
    Form(
        "is_place", SCENE, _is_place_args, _is_place_words, _true_is_place, _wrong_is_place,
        yes_no_reader(ALL_PLACES),
    ),
    Form("describe", SCENE, no_args, no_words, _true_describe, _wrong_describe, read_text),
    Form(
        "off_topic", NO_CATEGORY, no_args, no_words, _true_off_topic, _wrong_off_topic, read_text
    ),
)  # fmt: skip
