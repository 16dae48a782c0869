"""True and subtly wrong answers to questions about a scene, in the pocket's short sentences.

Called by training, by the measuring scripts and by simulated players; never by the game itself.
"""

import random
from collections import Counter
from dataclasses import replace

from gap_core.pocket_world.questions import AT_SIDE, GARMENTS, SINGLE, Question
from gap_core.pocket_world.scene import Scene, Thing
from gap_core.pocket_world.vocabulary import (
    KINDS,
    NUMBER_WORDS,
    PLACES,
    SIGN_WORDS,
    SIZES,
    WEATHERS,
    count_phrase,
    with_article,
)
from gap_core.pocket_world.wordings import OFF_TOPIC_REPLY

_OTHER_SIDE = {"left": "right", "right": "left"}


def true_answer(scene: Scene, question: Question) -> str:
    """The answer that the scene graph gives, as one short sentence."""
    args = question.args
    match question.form:
        case "exist":
            return _say_exist(args[0], _count(scene, args[0]))
        case "what_things":
            return _say_seen(_counted(scene.things))
        case "what_group":
            return (
                _say_seen(_counted(scene.of_kind(args[0])))
                if scene.of_kind(args[0])
                else f"I see no {args[0]}."
            )
        case "colour_of":
            return _say_colour(
                scene, args[0], list(dict.fromkeys(t.colour for t in scene.of_kind(args[0])))
            )
        case "is_colour":
            own = [t.colour for t in scene.of_kind(args[0])]
            if not own:
                return _conclude(f"there is no {args[0]}", is_yes=False)
            return _conclude(_colour_clause(args[0], own[0]), is_yes=args[1] in own)
        case "what_is_colour":
            return _say_coloured(
                sorted({t.kind for t in scene.things if t.colour == args[0]}), args[0]
            )
        case "size_of":
            things = scene.of_kind(args[0])
            return f"The {args[0]} is {things[0].size}." if things else _say_absent(args[0])
        case "count":
            return _say_count(args[0], _count(scene, args[0]))
        case "side_of":
            things = scene.of_kind(args[0])
            return f"The {args[0]} is {_at(things[0])}." if things else _say_absent(args[0])
        case "what_side":
            return _say_located(
                [t.kind for t in scene.things if t.side == args[0]], AT_SIDE[args[0]]
            )
        case "relation" | "is_relation":
            return _say_relation(scene, question)
        case "what_beside":
            return _say_located(_beside(scene, *args), f"to the {args[1]} of the {args[0]}")
        case "on_table":
            if not scene.of_kind("table"):
                return _say_absent("table")
            return _say_located([t.kind for t in scene.things if t.on_table], "on the table")
        case "sign_word" | "is_word":
            return _say_word(scene, question)
        case "weather":
            return f"It is {scene.weather}."
        case "is_weather":
            return _conclude(f"it is {scene.weather}", is_yes=args[0] == scene.weather)
        case "place":
            return f"This is {with_article(scene.place)}."
        case "is_place":
            return _conclude(f"this is {with_article(scene.place)}", is_yes=args[0] == scene.place)
        case "describe":
            return describe(scene)
        case "off_topic":
            return OFF_TOPIC_REPLY
    raise ValueError(f"There is no truth for the form '{question.form}'.")


def describe(scene: Scene) -> str:
    """Place, weather and every thing from left to right with its size and colour."""
    things = ", ".join(_describe_thing(thing) for thing in scene.things)
    return f"A {scene.weather} {scene.place}. From left to right: {things}."


def wrong_answer(scene: Scene, question: Question, *, rng: random.Random) -> str:
    """A sentence of the right kind that is false of the scene, drawn at random.

    All false values of the kind are alike to it, so that a model which learns from many draws
    learns to stay away from the true value rather than to aim at one certain false one.
    """
    args = question.args
    match question.form:
        case "exist":
            return _say_exist(args[0], 0 if _count(scene, args[0]) else 1)
        case "what_things":
            return _say_seen(_with_one_changed(scene.things, rng))
        case "what_group":
            own = {t.kind for t in scene.of_kind(args[0])}
            group = [k.name for k in KINDS.values() if k.group == args[0] and k.name not in own]
            return f"I see {with_article(rng.choice(group))}." if group else f"I see no {args[0]}."
        case "colour_of":
            own = {t.colour for t in scene.of_kind(args[0])}
            wrong = rng.choice([c for c in KINDS[args[0]].colours if c not in own])
            return _say_colour(scene, args[0], [wrong])
        case "is_colour":
            if args[1] not in [t.colour for t in scene.of_kind(args[0])]:
                return _conclude(_colour_clause(*args), is_yes=True)
            wrong = rng.choice([c for c in KINDS[args[0]].colours if c != args[1]])
            return _conclude(_colour_clause(args[0], wrong), is_yes=False)
        case "what_is_colour":
            own = {t.kind for t in scene.things if t.colour == args[0]}
            able = [k.name for k in KINDS.values() if args[0] in k.colours and k.name not in own]
            return _say_coloured([rng.choice(able)], args[0])
        case "size_of":
            things = scene.of_kind(args[0])
            own_size = things[0].size if things else rng.choice(SIZES)
            return f"The {args[0]} is {'small' if own_size == 'big' else 'big'}."
        case "count":
            own_count = _count(scene, args[0])
            near = range(max(own_count - 2, 0), min(own_count + 3, len(NUMBER_WORDS)))
            return _say_count(args[0], rng.choice([n for n in near if n != own_count]))
        case "side_of":
            own_sides = {t.side for t in scene.of_kind(args[0])}
            other_side = rng.choice([side for side in AT_SIDE if side not in own_sides])
            return f"The {args[0]} is {AT_SIDE[other_side]}."
        case "what_side":
            own_kinds = {t.kind for t in scene.things if t.side == args[0]}
            return _say_located([_another_kind(own_kinds, rng)], AT_SIDE[args[0]])
        case "relation" | "is_relation":
            return _say_relation(scene, question, is_true=False)
        case "what_beside":
            own_kinds = set(_beside(scene, *args)) | {args[0]}
            return _say_located(
                [_another_kind(own_kinds, rng)], f"to the {args[1]} of the {args[0]}"
            )
        case "on_table":
            own_kinds = {t.kind for t in scene.things if t.on_table} | {"table"}
            return _say_located([_another_kind(own_kinds, rng)], "on the table")
        case "sign_word" | "is_word":
            return _say_wrong_word(scene, question, rng)
        case "weather" | "is_weather":
            return _say_wrong_value(question, scene.weather, WEATHERS, rng)
        case "place" | "is_place":
            return _say_wrong_value(question, scene.place, PLACES, rng)
        case "describe":
            return describe(_with_one_recoloured(scene, rng))
    return true_answer(scene, question)  # off topic: the same reply whatever it was told


def _count(scene: Scene, name: str) -> int:
    return len(scene.things if name == "things" else scene.of_kind(name))


def _counted(things: tuple[Thing, ...]) -> dict[str, int]:
    return dict(Counter(thing.kind for thing in things))


def _beside(scene: Scene, kind: str, side: str) -> list[str]:
    """Kinds that stand to that side of the only thing of a kind."""
    mine = scene.of_kind(kind)[0].x_px
    return [t.kind for t in scene.things if (t.x_px < mine if side == "left" else t.x_px > mine)]


def _at(thing: Thing) -> str:
    return "on the table" if thing.on_table else AT_SIDE[thing.side]


def _joined(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _amount(kind: str, count: int) -> str:
    return with_article(kind) if count == 1 else count_phrase(count, kind)


def _sentence(clause: str) -> str:
    return f"{clause[0].upper()}{clause[1:]}."


def _conclude(clause: str, *, is_yes: bool) -> str:
    """What is seen first, then yes or no: a small model that speaks so concludes far better."""
    return _sentence(f"{clause}, so {'yes' if is_yes else 'no'}")


def _say_absent(name: str) -> str:
    return f"There is no {name}."


def _say_exist(name: str, count: int) -> str:
    single = SINGLE.get(name, name)
    if count == 0:
        return f"No, there is no {single}."
    if count == 1:
        return f"Yes, there is {with_article(single)}."
    return f"Yes, there are {count_phrase(count, name)}."


def _say_seen(counts: dict[str, int]) -> str:
    return f"I see {_joined([_amount(kind, count) for kind, count in counts.items()])}."


def _say_count(name: str, count: int) -> str:
    if name == "things":
        phrase = f"{NUMBER_WORDS[count]} {'thing' if count == 1 else 'things'}"
    else:
        phrase = count_phrase(count, name)
    return f"There {'is' if count == 1 else 'are'} {phrase}."


def _colour_clause(kind: str, colour: str) -> str:
    owner = f"{kind}'s {GARMENTS[kind]}" if kind in GARMENTS else kind
    return f"the {owner} is {colour}"


def _say_colour(scene: Scene, kind: str, colours: list[str]) -> str:
    """Colours in the order of the things; a plural where there are several of the kind."""
    if not colours:
        return _say_absent(kind)
    if len(scene.of_kind(kind)) <= 1:
        return _sentence(_colour_clause(kind, colours[0]))
    owner = KINDS[kind].plural
    return f"The {owner} are {_joined(colours)}."


def _say_coloured(kinds: list[str], colour: str) -> str:
    if not kinds:
        return f"Nothing is {colour}."
    return f"The {_joined(kinds)} {'is' if len(kinds) == 1 else 'are'} {colour}."


def _say_located(kinds: list[str], where: str) -> str:
    if not kinds:
        return f"Nothing is {where}."
    counts = Counter(kinds)
    phrase = _joined([_amount(kind, count) for kind, count in counts.items()])
    return _sentence(f"{phrase} {'is' if len(kinds) == 1 else 'are'} {where}")


def _say_relation(scene: Scene, question: Question, *, is_true: bool = True) -> str:
    kind, other = question.args[:2]
    is_left = scene.of_kind(kind)[0].x_px < scene.of_kind(other)[0].x_px
    side = "left" if is_left == is_true else "right"
    clause = f"the {kind} is to the {side} of the {other}"
    if question.form == "relation":
        return _sentence(clause)
    return _conclude(clause, is_yes=side == question.args[2])


def _say_word(scene: Scene, question: Question) -> str:
    signs = scene.of_kind("sign")
    if question.form == "sign_word":
        return f"The sign says {signs[0].word}." if signs else _say_absent("sign")
    if not signs:
        return _conclude("there is no sign", is_yes=False)
    return _conclude(f"the sign says {signs[0].word}", is_yes=signs[0].word == question.args[0])


def _say_wrong_word(scene: Scene, question: Question, rng: random.Random) -> str:
    own = {sign.word for sign in scene.of_kind("sign")}
    others = [word for word in SIGN_WORDS if word not in own]
    if question.form == "sign_word":
        return f"The sign says {rng.choice(others)}."
    said = rng.choice(others) if question.args[0] in own else question.args[0]
    return _conclude(f"the sign says {said}", is_yes=said == question.args[0])


def _say_wrong_value(
    question: Question, own: str, values: tuple[str, ...], rng: random.Random
) -> str:
    """Another weather or place than the scene's; a yes or no that agrees with it."""
    is_place = question.form.endswith("place")
    wrong = rng.choice([value for value in values if value != own])
    asked = question.args[0] if question.args else own
    said = wrong if asked == own else asked
    clause = f"this is {with_article(said)}" if is_place else f"it is {said}"
    return _conclude(clause, is_yes=said == asked) if question.args else _sentence(clause)


def _describe_thing(thing: Thing) -> str:
    if thing.kind in GARMENTS:
        return f"a {thing.size} {thing.kind} in {thing.colour}"
    tail = f" that says {thing.word}" if thing.word else " on the table" if thing.on_table else ""
    return f"a {thing.size} {thing.colour} {thing.kind}{tail}"


def _another_kind(own: set[str], rng: random.Random) -> str:
    return rng.choice([kind for kind in KINDS if kind not in own])


def _with_one_changed(things: tuple[Thing, ...], rng: random.Random) -> dict[str, int]:
    """The counted things with one of them taken for another kind."""
    kinds = [thing.kind for thing in things]
    kinds[rng.randrange(len(kinds))] = _another_kind(set(kinds), rng)
    return dict(Counter(kinds))


def _with_one_recoloured(scene: Scene, rng: random.Random) -> Scene:
    things = list(scene.things)
    place = rng.randrange(len(things))
    others = [c for c in KINDS[things[place].kind].colours if c != things[place].colour]
    things[place] = replace(things[place], colour=rng.choice(others))
    return replace(scene, things=tuple(things))
