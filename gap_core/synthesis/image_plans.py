"""Plans by the four relations of pictures. Called by the graph synthesizer through `PLANS`."""

from __future__ import annotations

import random

from gap_core.synthesis.graph_names import GROUPS, SIDES, SIZES, Words, colour, name_of, the
from gap_core.synthesis.graph_plans import Maker, Plan, Values, pick
from gap_core.synthesis.graph_steps import (
    beyond_it,
    count_step,
    described_step,
    difference,
    its_colour,
    its_nearest,
    its_side,
    nearest_step,
    nearest_without_it,
    on_side_step,
    only_step,
    outermost_step,
    total,
    total_less,
    word_step,
)
from gap_core.synthesis.graph_views import View

ASKED_GROUPS = ("people", "animals", "vehicles", "food", "furniture")


def _left_over(values: Values) -> int | None:
    left = total_less(values)
    return left if left >= 0 else None


def _more(values: Values) -> int | None:
    left = total_less(values)
    return left if left > 0 else None


# Spatial reasoning: from one thing to the next by where they are.


def _nearest_then(view: View, rng: random.Random, what: str) -> Plan | None:
    kind = pick(rng, [kind for kind in view.lone_kinds if view.nearest(kind)])
    if kind is None:
        return None
    anchor, direction = the(kind), rng.choice(("left", "right"))
    questions = {
        "colour": Words(
            f"What colour is the thing nearest to {anchor.en}?",
            f"离{anchor.zh}最近的东西是什么颜色？",
        ),
        "side": Words(
            f"Is the thing nearest to {anchor.en} on the left, in the middle or on the right?",
            f"离{anchor.zh}最近的东西在左边、中间还是右边？",
        ),
        "beyond": Words(
            f"How many things are to the {direction} of the thing nearest to {anchor.en}?",
            f"离{anchor.zh}最近的东西，它的{SIDES[direction]}有几样东西？",
        ),
    }
    last = {"colour": its_colour(), "side": its_side(), "beyond": beyond_it(direction)}[what]
    return Plan(f"nearest, then {what}", questions[what], (nearest_step(kind), last))


def nearest_colour(view: View, rng: random.Random) -> Plan | None:
    """The colour of what is nearest to a thing."""
    return _nearest_then(view, rng, "colour")


def nearest_side(view: View, rng: random.Random) -> Plan | None:
    """The side of what is nearest to a thing."""
    return _nearest_then(view, rng, "side")


def nearest_beyond(view: View, rng: random.Random) -> Plan | None:
    """How much is beyond what is nearest to a thing."""
    return _nearest_then(view, rng, "beyond")


def outermost_nearest(view: View, rng: random.Random) -> Plan | None:
    """What is nearest to the outermost thing of a group."""
    direction = rng.choice(("left", "right"))
    group = pick(rng, [name for name in ASKED_GROUPS if view.outermost(name, direction)])
    if group is None:
        return None
    own = name_of(group)
    question = Words(
        f"What is nearest to the {own.one} farthest to the {direction}?",
        f"离最靠{SIDES[direction]}的{own.zh}最近的是什么？",
    )
    return Plan(
        "outermost, then nearest", question, (outermost_step(group, direction), its_nearest())
    )


# Visual-textual alignment: words have to be matched to what they mean in the picture.


def description_side(view: View, rng: random.Random) -> Plan | None:
    """Where the thing is that a few words describe."""
    able = [(one.colour, one.size) for one in view.things if one.colour and one.size in SIZES]
    able = [pair for pair in able if view.described(*pair)]
    if not able:
        return None
    colour_name, size = rng.choice(able)
    size_zh = "大" if size == "big" else "小"
    question = Words(
        f'A note says "the {size} {colour_name} one". Is what it means on the left, in the middle '
        "or on the right?",
        f"纸条上写着“{size_zh}的、{colour(colour_name).zh}的那个”。它指的东西在左边、中间还是右边？",
    )
    return Plan("description, then side", question, (described_step(colour_name, size), its_side()))


def caption_side(view: View, rng: random.Random) -> Plan | None:
    """Where the thing is that a caption names by its group."""
    return _caption(view, rng, "side")


def caption_nearest(view: View, rng: random.Random) -> Plan | None:
    """What is nearest to the thing that a caption names by its group."""
    return _caption(view, rng, "nearest")


def caption_colour(view: View, rng: random.Random) -> Plan | None:
    """The colour of the thing that a caption names by its group."""
    return _caption(view, rng, "colour")


def _caption(view: View, rng: random.Random, what: str) -> Plan | None:
    group = pick(rng, [name for name in ASKED_GROUPS if view.only_of(name)])
    if group is None:
        return None
    own = name_of(group)
    said = Words(f'A caption speaks of "the only {own.one}".', f"说明文字提到“唯一的{own.zh}”。")
    asked = {
        "side": Words(
            "Is that on the left, in the middle or on the right?", "它在左边、中间还是右边？"
        ),
        "nearest": Words("What is nearest to that?", "离它最近的是什么？"),
        "colour": Words("What colour is that?", "它是什么颜色？"),
    }[what]
    last = {"side": its_side, "nearest": its_nearest, "colour": its_colour}[what]()
    question = Words(f"{said.en} {asked.en}", f"{said.zh}{asked.zh}")
    return Plan(f"caption, then {what}", question, (only_step(group), last))


def word_beyond(view: View, rng: random.Random) -> Plan | None:
    """How many things are beside what a word is written on."""
    word = pick(rng, [one.word for one in view.things if one.word])
    if word is None:
        return None
    direction = rng.choice(("left", "right"))
    question = Words(
        f'How many things are to the {direction} of what says "{word}"?',
        f"写着“{word}”的东西，它的{SIDES[direction]}有几样东西？",
    )
    return Plan("word, then beyond", question, (word_step(word), beyond_it(direction)))


# Causal inference: what would follow if something were changed.


def part_leaves(view: View, rng: random.Random) -> Plan | None:
    """How many of a group would be left without one of its kinds."""
    able = [
        (group, kind)
        for group in ASKED_GROUPS
        for kind in dict.fromkeys(one.kind for one in view.of(group))
        if view.count(group) is not None and len(view.of(kind)) < len(view.of(group))
    ]
    if not able:
        return None
    group, kind = rng.choice(able)
    whole, part = name_of(group), name_of(kind)
    question = Words(
        f"If every {part.one} were taken away, how many {whole.many} would be left?",
        f"如果把所有的{part.zh}都拿走，还剩几{whole.measure}{whole.zh}？",
    )
    return Plan(
        "part leaves", question, (count_step(group), count_step(kind)), _left_over, difference
    )


def side_leaves(view: View, rng: random.Random) -> Plan | None:
    """How many things would be left without those on one side."""
    side = rng.choice(tuple(SIDES))
    where = "in the middle" if side == "middle" else f"on the {side}"
    question = Words(
        f"If everything {where} were taken away, how many things would be left?",
        f"如果把{SIDES[side]}的东西都拿走，还剩几样东西？",
    )
    return Plan(
        "side leaves", question, (count_step("things"), on_side_step(side)), _left_over, difference
    )


def nearest_leaves(view: View, rng: random.Random) -> Plan | None:
    """What would be nearest to a thing once its nearest is gone."""
    kind = pick(rng, [kind for kind in view.lone_kinds if view.nearest(kind)])
    if kind is None:
        return None
    anchor = the(kind)
    question = Words(
        f"If the thing nearest to {anchor.en} were taken away, what would be nearest to it then?",
        f"如果把离{anchor.zh}最近的东西拿走，那时离它最近的会是什么？",
    )
    return Plan("nearest leaves", question, (nearest_step(kind), nearest_without_it(kind)))


def as_many_come(view: View, rng: random.Random) -> Plan | None:
    """How many of a kind there would be if as many came as there are of another."""
    able = [kind for kind in dict.fromkeys(one.kind for one in view.things) if view.count(kind)]
    if len(able) < 2:
        return None
    first, second = rng.sample(able, 2)
    one, other = name_of(first), name_of(second)
    question = Words(
        f"If as many more {one.many} came as there are {other.many}, how many {one.many} would "
        "there be?",
        f"如果再来的{one.zh}和现有的{other.zh}一样多，会有几{one.measure}{one.zh}？",
    )
    return Plan(
        "as many come", question, (count_step(first), count_step(second)),
        lambda values: int(values[0]) + int(values[1]), total,
    )  # fmt: skip


# Contextual synthesis: facts from all over the picture are put together.


def outnumber(view: View, rng: random.Random) -> Plan | None:
    """By how many one group outnumbers another."""
    able = [name for name in (*GROUPS, *other_names(view)) if name != "things" and view.count(name)]
    pairs = [
        (a, b)
        for a in able
        for b in able
        if (view.count(a) or 0) > (view.count(b) or 0) and not _overlap(a, b)
    ]
    if not pairs:
        return None
    first, second = rng.choice(pairs)
    one, other = name_of(first), name_of(second)
    question = Words(
        f"By how many do the {one.many} outnumber the {other.many}?",
        f"{one.zh}比{other.zh}多几{one.measure}？",
    )
    return Plan("outnumber", question, (count_step(first), count_step(second)), _more, difference)


def altogether(view: View, rng: random.Random) -> Plan | None:
    """How many of two groups there are together."""
    able = [name for name in GROUPS if name != "things" and view.count(name)]
    if len(able) < 2:
        return None
    first, second = rng.sample(able, 2)
    one, other = name_of(first), name_of(second)
    question = Words(
        f"How many {one.many} and {other.many} are there altogether?",
        f"{one.zh}和{other.zh}一共有几个？",
    )
    return Plan(
        "altogether", question, (count_step(first), count_step(second)),
        lambda values: int(values[0]) + int(values[1]), total,
    )  # fmt: skip


def the_rest(view: View, rng: random.Random) -> Plan | None:
    """How many things are of neither of two groups."""
    able = [name for name in GROUPS if name != "things" and view.count(name)]
    if len(able) < 2:
        return None
    first, second = rng.sample(able, 2)
    one, other = name_of(first), name_of(second)
    question = Words(
        f"How many things are neither {one.many} nor {other.many}?",
        f"既不是{one.zh}也不是{other.zh}的东西有几样？",
    )
    steps = (count_step("things"), count_step(first), count_step(second))
    return Plan("the rest", question, steps, _left_over, difference)


def other_names(view: View) -> list[str]:
    """The kinds in a view, each once."""
    return list(dict.fromkeys(one.kind for one in view.things))


def _overlap(first: str, second: str) -> bool:
    """Whether a thing could be of both."""
    return first in (second, name_of(second).group) or second == name_of(first).group


IMAGE_PLANS: dict[str, tuple[Maker, ...]] = {
    "spatial reasoning": (nearest_colour, nearest_side, nearest_beyond, outermost_nearest),
    "visual-textual alignment": (
        description_side, caption_side, caption_nearest, caption_colour, word_beyond,
    ),
    "causal inference": (part_leaves, side_leaves, nearest_leaves, as_many_come),
    "contextual synthesis": (outnumber, altogether, the_rest),
}  # fmt: skip
