"""Scene understanding and weather: the place and the sky; and talk about nothing of the kind.

Called through the registry of this folder.
"""

import random

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
from gap_core.pocket_world.forms.seeing import possible_places, possible_weathers
from gap_core.pocket_world.forms.sentences import conclude, sentence
from gap_core.pocket_world.scene import Scene
from gap_core.pocket_world.vocabulary import (
    with_article,
)
from gap_core.pocket_world.vocabulary_full import (
    ALL_PLACES,
    ALL_WEATHERS,
)
from gap_core.pocket_world.wordings import OFF_TOPIC_REPLY, WEATHER_DOING


def _place_clause(place: str) -> str:
    return f"this is {with_article(place)}"


def _true_place(scene: Scene, args: Args) -> str:
    return sentence(_place_clause(scene.place))


def _wrong_place(scene: Scene, args: Args, rng: random.Random) -> str:
    return sentence(_place_clause(_other(scene.place, possible_places(scene), rng)))


def _is_place_args(scene: Scene, rng: random.Random) -> Args:
    return own_or_other(scene.place, possible_places(scene), rng)


def _is_place_words(edition: Edition, args: Args, rng: random.Random) -> dict[str, str]:
    return {"place": args[0], "a_place": with_article(args[0])}


def _true_is_place(scene: Scene, args: Args) -> str:
    return conclude(_place_clause(scene.place), is_yes=args[0] == scene.place)


def _wrong_is_place(scene: Scene, args: Args, rng: random.Random) -> str:
    wrong = _other(scene.place, possible_places(scene), rng)
    said = wrong if args[0] == scene.place else args[0]
    return conclude(_place_clause(said), is_yes=said == args[0])


def _other(own: str, values: tuple[str, ...], rng: random.Random) -> str:
    return rng.choice([value for value in values if value != own])


def _true_weather(scene: Scene, args: Args) -> str:
    return f"It is {scene.weather}."


def _wrong_weather(scene: Scene, args: Args, rng: random.Random) -> str:
    return f"It is {_other(scene.weather, possible_weathers(scene), rng)}."


def _is_weather_args(scene: Scene, rng: random.Random) -> Args:
    return own_or_other(scene.weather, possible_weathers(scene), rng)


def _is_weather_words(edition: Edition, args: Args, rng: random.Random) -> dict[str, str]:
    return {"weather": args[0], "doing": WEATHER_DOING.get(args[0], args[0])}


def _true_is_weather(scene: Scene, args: Args) -> str:
    return conclude(f"it is {scene.weather}", is_yes=args[0] == scene.weather)


def _wrong_is_weather(scene: Scene, args: Args, rng: random.Random) -> str:
    wrong = _other(scene.weather, possible_weathers(scene), rng)
    said = wrong if args[0] == scene.weather else args[0]
    return conclude(f"it is {said}", is_yes=said == args[0])


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
    Form(
        "off_topic", NO_CATEGORY, no_args, no_words, _true_off_topic, _wrong_off_topic, read_text
    ),
)  # fmt: skip
