"""What people do and how they feel.

Called through the registry of this folder.
"""

import random
from collections.abc import Callable

from gap_core.pocket_world.edition import Edition
from gap_core.pocket_world.forms.form import ACTIVITY, EMOTION, Args, Form
from gap_core.pocket_world.forms.hearing import Reader, read_kinds, value_reader, yes_no_reader
from gap_core.pocket_world.forms.naming import kind_words
from gap_core.pocket_world.forms.seeing import (
    has_plain_people,
    is_legible,
    people_of,
    shows_feeling,
)
from gap_core.pocket_world.forms.sentences import conclude, joined, sentence
from gap_core.pocket_world.scene import Scene, Thing
from gap_core.pocket_world.vocabulary_full import ACTIVITIES, EMOTIONS


def _activity_of(thing: Thing) -> str:
    return thing.activity


def _feeling_of(thing: Thing) -> str:
    return thing.face


def _everybody_awake(scene: Scene) -> bool:
    people = people_of(scene)
    return bool(people) and all(shows_feeling(scene, thing) for thing in people)


def _trait_forms(
    names: tuple[str, str, str],
    category: str,
    *,
    word: str,
    values: tuple[str, ...],
    trait_of: Callable[[Thing], str],
    is_seen: Callable[[Scene, Thing], bool],
    are_all_seen: Callable[[Scene], bool],
) -> tuple[Form, Form, Form]:
    """Three forms about a trait of people: which, whether, and who has it."""

    def lone(scene: Scene) -> list[Thing]:
        people = people_of(scene)
        return [t for t in people if len(scene.of_kind(t.kind)) == 1 and is_seen(scene, t)]

    def which_args(scene: Scene, rng: random.Random) -> Args | None:
        able = lone(scene)
        return (rng.choice(able).kind,) if able else None

    def whether_args(scene: Scene, rng: random.Random) -> Args | None:
        able = lone(scene)
        if not able:
            return None
        person = rng.choice(able)
        is_own = rng.random() < 0.5
        return person.kind, trait_of(person) if is_own else rng.choice(values)

    def whether_words(edition: Edition, args: Args, rng: random.Random) -> dict[str, str]:
        return kind_words(edition, args, rng) | {word: args[1]}

    def who_args(scene: Scene, rng: random.Random) -> Args | None:
        if not are_all_seen(scene):
            return None
        own = trait_of(rng.choice(people_of(scene)))
        return (own if rng.random() < 0.75 else rng.choice(values),)

    def who_words(edition: Edition, args: Args, rng: random.Random) -> dict[str, str]:
        return {word: args[0]}

    def of(scene: Scene, kind: str) -> str:
        return trait_of(scene.of_kind(kind)[0])

    def other(own: str, rng: random.Random) -> str:
        return rng.choice([value for value in values if value != own])

    def true_which(scene: Scene, args: Args) -> str:
        return f"The {args[0]} is {of(scene, args[0])}."

    def wrong_which(scene: Scene, args: Args, rng: random.Random) -> str:
        return f"The {args[0]} is {other(of(scene, args[0]), rng)}."

    def true_whether(scene: Scene, args: Args) -> str:
        own = of(scene, args[0])
        return conclude(f"the {args[0]} is {own}", is_yes=own == args[1])

    def wrong_whether(scene: Scene, args: Args, rng: random.Random) -> str:
        own = of(scene, args[0])
        said = other(own, rng) if own == args[1] else args[1]
        return conclude(f"the {args[0]} is {said}", is_yes=said == args[1])

    def true_who(scene: Scene, args: Args) -> str:
        return _say_who([t.kind for t in people_of(scene) if trait_of(t) == args[0]], args[0])

    def wrong_who(scene: Scene, args: Args, rng: random.Random) -> str:
        own = {t.kind for t in people_of(scene) if trait_of(t) == args[0]}
        people = [kind.name for kind in scene.world.kinds.values() if kind.group == "people"]
        others = [[kind] for kind in people if kind not in own] or [[]]
        return _say_who(rng.choice(others), args[0])

    read_value: Reader = value_reader(values)
    return (
        Form(names[0], category, which_args, kind_words, true_which, wrong_which, read_value),
        Form(
            names[1], category, whether_args, whether_words, true_whether, wrong_whether,
            yes_no_reader(values),
        ),
        Form(names[2], category, who_args, who_words, true_who, wrong_who, read_kinds),
    )  # fmt: skip


def _say_who(kinds: list[str], trait: str) -> str:
    """Which kinds of people; several of a kind count as one."""
    if not kinds:
        return f"Nobody is {trait}."
    named = [f"the {kind}" for kind in dict.fromkeys(kinds)]
    return sentence(f"{joined(named)} {'is' if len(named) == 1 else 'are'} {trait}")


PEOPLE_FORMS = (
    *_trait_forms(
        ("activity_of", "is_activity", "who_does"), ACTIVITY, word="activity", values=ACTIVITIES,
        trait_of=_activity_of, is_seen=is_legible, are_all_seen=has_plain_people,
    ),
    *_trait_forms(
        ("emotion_of", "is_emotion", "who_feels"), EMOTION, word="emotion", values=EMOTIONS,
        trait_of=_feeling_of, is_seen=shows_feeling, are_all_seen=_everybody_awake,
    ),
)  # fmt: skip
