"""The whole picture in one description.

Called through the registry of this folder and by truth.py.
"""

import random
from dataclasses import replace

from gap_core.pocket_world.forms.form import SCENE, Args, Form, no_args, no_words
from gap_core.pocket_world.forms.hearing import read_text
from gap_core.pocket_world.forms.numbers import spoken_time
from gap_core.pocket_world.forms.seeing import is_legible, shows_feeling
from gap_core.pocket_world.forms.sentences import sentence
from gap_core.pocket_world.scene import Scene, Thing
from gap_core.pocket_world.vocabulary import GARMENTS, with_article
from gap_core.pocket_world.vocabulary_full import INDOORS, NUMBERED_KINDS


def describe(scene: Scene) -> str:
    """The surroundings, then every thing from left to right with all that can be seen of it."""
    things = ", ".join(_describe_thing(scene, thing) for thing in _in_order(scene))
    return f"{_surroundings(scene)} From left to right: {things}."


def _in_order(scene: Scene) -> list[Thing]:
    """From left to right; what is on, under, behind or in another thing comes after that."""
    ordered: list[Thing] = []
    for thing in scene.things:
        if not thing.relation:
            held = [other for other in scene.things if other.anchor == thing.kind]
            ordered += [thing, *held]
    return ordered


def _surroundings(scene: Scene) -> str:
    """Style, weather, place, time and occasion, as far as the picture shows them."""
    if not scene.style:
        return f"A {scene.weather} {scene.place}."
    weather = "" if scene.place in INDOORS else f"{scene.weather} "
    where = with_article(f"{weather}{scene.place}")
    season = f" in {scene.season}" if scene.season and scene.has_colour else ""
    time = f" by {scene.time}" if scene.has_colour else ""
    outside = f", {scene.weather} outside" if scene.place in INDOORS else ""
    occasion = f", {with_article(scene.occasion)}" if scene.occasion else ""
    whole = f"{with_article(scene.style)} of {where}{season}{time}{outside}{occasion}"
    return sentence(whole)


def _describe_thing(scene: Scene, thing: Thing) -> str:
    colour = thing.colour if scene.has_colour else ""
    size = {"giant": "giant", "upside down": f"{thing.size} upside-down"}.get(
        thing.oddity, thing.size
    )
    if thing.kind in GARMENTS:
        clothes = f" in {colour}" if colour else ""
        return f"a {size} {thing.kind}{clothes}{_person_tail(scene, thing)}"
    material = thing.material if scene.has_colour else ""
    named = " ".join(part for part in (size, colour, material, thing.kind) if part)
    return f"a {named} {_thing_tail(scene, thing)}".rstrip()


def _person_tail(scene: Scene, thing: Thing) -> str:
    """What a person does and feels, where they stand, and what is strange about them."""
    seen = []
    if thing.activity and is_legible(scene, thing):
        seen.append(thing.activity)
    if scene.style and shows_feeling(scene, thing):
        seen.append(thing.face)
    doing = f", {' and '.join(seen)}" if seen else ""
    hats = " with three hats" if thing.oddity == "three hats" else ""
    return f"{doing}{hats}{f' {thing.resting}' if thing.resting else ''}"


def _thing_tail(scene: Scene, thing: Thing) -> str:
    """What is written on a thing, or where it stands."""
    parts = [thing.resting]
    if thing.oddity == "floating":
        parts.append("floating in the air")
    if thing.word and is_legible(scene, thing):
        said = spoken_time(thing.word) if thing.kind == "clock" else thing.word
        verb = "with number" if thing.kind in NUMBERED_KINDS else "that says"
        parts.append(f"{verb} {said}")
    return " ".join(part for part in parts if part)


def _true_describe(scene: Scene, args: Args) -> str:
    return describe(scene)


def _wrong_describe(scene: Scene, args: Args, rng: random.Random) -> str:
    """The description with one thing in another colour, or without colours of another kind."""
    things = list(scene.things)
    place = rng.randrange(len(things))
    kind = scene.world.kinds[things[place].kind]
    others = [colour for colour in kind.colours if colour != things[place].colour]
    if scene.has_colour:
        wrong = rng.choice(others or [c for c in scene.world.colours if c not in kind.colours])
        things[place] = replace(things[place], colour=wrong)
    else:
        size = "small" if things[place].size == "big" else "big"
        things[place] = replace(things[place], size=size, oddity="")
    return describe(replace(scene, things=tuple(things)))


DESCRIPTION_FORMS = (
    Form("describe", SCENE, no_args, no_words, _true_describe, _wrong_describe, read_text),
)
