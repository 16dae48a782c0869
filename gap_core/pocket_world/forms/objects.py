"""Object recognition and counting: what is there, and how many of it.

Called through the registry of this folder.
"""

import random
from collections import Counter

from gap_core.pocket_world.forms.form import COUNTING, RECOGNITION, Args, Form, no_args, no_words
from gap_core.pocket_world.forms.hearing import read_number, things_reader, yes_no_reader
from gap_core.pocket_world.forms.naming import any_kind, kind_words
from gap_core.pocket_world.forms.resembling import another_kind
from gap_core.pocket_world.forms.sentences import count_phrase, say_seen
from gap_core.pocket_world.scene import Scene, Thing
from gap_core.pocket_world.vocabulary import (
    COUNTED_GROUPS,
    NUMBER_WORDS,
    SINGLE,
    with_article,
)


def _count(scene: Scene, name: str) -> int:
    return len(scene.things if name == "things" else scene.of_kind(name))


def _counted(things: tuple[Thing, ...]) -> dict[str, int]:
    return dict(Counter(thing.kind for thing in things))


def _exist_args(scene: Scene, rng: random.Random) -> Args:
    if rng.random() < 0.12:
        return (rng.choice(COUNTED_GROUPS),)
    return (any_kind(scene, rng, absent=0.5),)


def _say_exist(name: str, count: int) -> str:
    single = SINGLE.get(name, name)
    if count == 0:
        return f"No, there is no {single}."
    if count == 1:
        return f"Yes, there is {with_article(single)}."
    return f"Yes, there are {count_phrase(count, name)}."


def _true_exist(scene: Scene, args: Args) -> str:
    return _say_exist(args[0], _count(scene, args[0]))


def _wrong_exist(scene: Scene, args: Args, rng: random.Random) -> str:
    return _say_exist(args[0], 0 if _count(scene, args[0]) else 1)


def _true_things(scene: Scene, args: Args) -> str:
    return say_seen(_counted(scene.things))


def _wrong_things(scene: Scene, args: Args, rng: random.Random) -> str:
    """The counted things with one of them taken for another kind."""
    kinds = [thing.kind for thing in scene.things]
    place = rng.randrange(len(kinds))
    able = set(scene.world.kinds) - set(kinds) | {kinds[place]}
    kinds[place] = another_kind(scene, {kinds[place]}, rng, able=able)
    return say_seen(dict(Counter(kinds)))


def _group_args(scene: Scene, rng: random.Random) -> Args:
    kinds = scene.world.kinds
    groups = [
        kinds[t.kind].group for t in scene.things if kinds[t.kind].group in ("animals", "vehicles")
    ]
    is_own = groups and rng.random() < 0.85
    return (rng.choice(groups) if is_own else rng.choice(("animals", "vehicles")),)


def _true_group(scene: Scene, args: Args) -> str:
    things = scene.of_kind(args[0])
    return say_seen(_counted(things)) if things else f"I see no {args[0]}."


def _wrong_group(scene: Scene, args: Args, rng: random.Random) -> str:
    own = {t.kind for t in scene.of_kind(args[0])}
    kinds = scene.world.kinds.values()
    group = [kind.name for kind in kinds if kind.group == args[0] and kind.name not in own]
    return f"I see {with_article(rng.choice(group))}." if group else f"I see no {args[0]}."


def _count_args(scene: Scene, rng: random.Random) -> Args:
    draw = rng.random()
    if draw < 0.15:
        return ("things",)
    if draw < 0.35:
        return (rng.choice(COUNTED_GROUPS),)
    return (any_kind(scene, rng, absent=0.3),)


def _say_count(name: str, count: int) -> str:
    if name == "things":
        phrase = f"{NUMBER_WORDS[count]} {'thing' if count == 1 else 'things'}"
    else:
        phrase = count_phrase(count, name)
    return f"There {'is' if count == 1 else 'are'} {phrase}."


def _true_count(scene: Scene, args: Args) -> str:
    return _say_count(args[0], _count(scene, args[0]))


def _wrong_count(scene: Scene, args: Args, rng: random.Random) -> str:
    own = _count(scene, args[0])
    near = range(max(own - 2, 0), min(own + 3, len(NUMBER_WORDS)))
    return _say_count(args[0], rng.choice([n for n in near if n != own]))


OBJECT_FORMS = (
    Form(
        "exist", RECOGNITION, _exist_args, kind_words, _true_exist, _wrong_exist, yes_no_reader()
    ),
    Form(
        "what_things", RECOGNITION, no_args, no_words, _true_things, _wrong_things, things_reader()
    ),
    Form(
        "what_group", RECOGNITION, _group_args, kind_words, _true_group, _wrong_group,
        things_reader(),
    ),
    Form("count", COUNTING, _count_args, kind_words, _true_count, _wrong_count, read_number),
)  # fmt: skip
