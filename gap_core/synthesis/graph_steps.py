"""The steps that plans are put together from: counting, sides, nearest, colours, words, order.

Called by the plans of each relation.
"""

from __future__ import annotations

from gap_core.synthesis.graph_names import (
    SIDES,
    Words,
    amount,
    colour,
    name_of,
    number,
    the,
)
from gap_core.synthesis.graph_plans import (
    Step,
    Value,
    Values,
    fixed,
    other_kinds,
    some_numbers,
)
from gap_core.synthesis.graph_views import View

ORDINALS = (Words("first", "第一"), Words("second", "第二"), Words("third", "第三"))


def count_step(name: str) -> Step:
    """How many of a kind or group there are."""
    own = name_of(name)

    def say(values: Values) -> Words:
        count = int(values[-1])
        said = amount(name, count)
        verb = "is" if count == 1 else "are"
        return Words(f"There {verb} {said.en}", f"有{said.zh}" if count else f"没有{own.zh}")

    return Step(
        ask=fixed(f"How many {own.many} are there?", f"有几{own.measure}{own.zh}？"),
        say=say,
        find=lambda view, values: view.count(name),
        others=some_numbers,
    )


def nearest_step(kind: str) -> Step:
    """What is nearest to the only thing of a kind."""
    anchor = the(kind)
    return Step(
        ask=fixed(f"What is nearest to {anchor.en}?", f"离{anchor.zh}最近的是什么？"),
        say=lambda values: Words(
            f"nearest to {anchor.en} is {the(str(values[-1])).en}",
            f"离{anchor.zh}最近的是{name_of(str(values[-1])).zh}",
        ),
        find=lambda view, values: view.nearest(kind),
        others=lambda view, values: other_kinds(view, kind),
    )


def outermost_step(group: str, direction: str) -> Step:
    """Which thing of a group stands outermost."""
    own, where = name_of(group), SIDES[direction]
    return Step(
        ask=fixed(
            f"Which {own.one} is farthest to the {direction}?",
            f"哪{own.measure}{own.zh}最靠{where}？",
        ),
        say=lambda values: Words(
            f"the {own.one} farthest to the {direction} is {the(str(values[-1])).en}",
            f"最靠{where}的{own.zh}是{name_of(str(values[-1])).zh}",
        ),
        find=lambda view, values: view.outermost(group, direction),
        others=lambda view, values: other_kinds(view),
    )


def only_step(group: str) -> Step:
    """Which kind the only thing of a group is."""
    own = name_of(group)
    return Step(
        ask=fixed(f"What is the only {own.one}?", f"唯一的{own.zh}是什么？"),
        say=lambda values: Words(
            f"the only {own.one} is {the(str(values[-1])).en}",
            f"唯一的{own.zh}是{name_of(str(values[-1])).zh}",
        ),
        find=lambda view, values: view.only_of(group),
        others=lambda view, values: other_kinds(view),
    )


def described_step(colour_name: str, size: str) -> Step:
    """What the only thing of a colour and size is."""
    size_zh = "大" if size == "big" else "小"
    zh = f"{size_zh}的、{colour(colour_name).zh}的"
    return Step(
        ask=fixed(f"What is {size} and {colour_name}?", f"什么东西是{zh}？"),
        say=lambda values: Words(
            f"{the(str(values[-1])).en} is {size} and {colour_name}",
            f"{zh}是{name_of(str(values[-1])).zh}",
        ),
        find=lambda view, values: view.described(colour_name, size),
        others=lambda view, values: other_kinds(view),
    )


def word_step(word: str) -> Step:
    """What a word is written on."""

    def find(view: View, values: Values) -> Value | None:
        found = [one.kind for one in view.things if one.word == word]
        return found[0] if len(found) == 1 else None

    return Step(
        ask=fixed(f'On what is "{word}" written?', f"“{word}”写在什么上面？"),
        say=lambda values: Words(
            f'"{word}" is written on {the(str(values[-1])).en}',
            f"“{word}”写在{name_of(str(values[-1])).zh}上",
        ),
        find=find,
        others=lambda view, values: other_kinds(view),
    )


def nth_step(group: str, place: int) -> Step:
    """Which thing of a group comes first, second … from the left."""
    own, order = name_of(group), ORDINALS[place - 1]
    return Step(
        ask=fixed(f"Which {own.one} is passed {order.en}?", f"{order.zh}个经过的{own.zh}是什么？"),
        say=lambda values: Words(
            f"the {order.en} {own.one} passed is {the(str(values[-1])).en}",
            f"{order.zh}个经过的{own.zh}是{name_of(str(values[-1])).zh}",
        ),
        find=lambda view, values: view.nth(group, place),
        others=lambda view, values: other_kinds(view),
    )


# Steps about the thing that the step before has found.


def its_colour() -> Step:
    """What colour that thing has."""

    def find(view: View, values: Values) -> Value | None:
        thing = view.lone(str(values[-1]))
        return thing.colour or None if thing is not None else None

    return Step(
        ask=lambda values: Words(
            f"What colour is {the(str(values[-1])).en}?",
            f"{the(str(values[-1])).zh}是什么颜色？",
        ),
        say=lambda values: Words(
            f"{the(str(values[-2])).en} is {values[-1]}",
            f"{the(str(values[-2])).zh}是{colour(str(values[-1])).zh}的",
        ),
        find=find,
        others=lambda view, values: sorted({one.colour for one in view.things}),
    )


def its_side() -> Step:
    """On which side that thing stands."""
    return Step(
        ask=lambda values: Words(
            f"Is {the(str(values[-1])).en} on the left, in the middle or on the right?",
            f"{the(str(values[-1])).zh}在左边、中间还是右边？",
        ),
        say=lambda values: Words(
            f"{the(str(values[-2])).en} is {'in' if values[-1] == 'middle' else 'on'} the "
            f"{values[-1]}",
            f"{the(str(values[-2])).zh}在{SIDES[str(values[-1])]}",
        ),
        find=lambda view, values: view.side(str(values[-1])),
        others=lambda view, values: list(SIDES),
    )


def its_nearest() -> Step:
    """What is nearest to that thing."""
    return Step(
        ask=lambda values: nearest_step(str(values[-1])).ask(values),
        say=lambda values: nearest_step(str(values[-2])).say(values),
        find=lambda view, values: view.nearest(str(values[-1])),
        others=lambda view, values: other_kinds(view, values[-1]),
    )


def beyond_it(direction: str) -> Step:
    """How many things are to one side of that thing."""
    where = SIDES[direction]
    return Step(
        ask=lambda values: Words(
            f"How many things are to the {direction} of {the(str(values[-1])).en}?",
            f"{the(str(values[-1])).zh}的{where}有几样东西？",
        ),
        say=lambda values: Words(
            f"to the {direction} of {the(str(values[-2])).en} there "
            f"{'is' if values[-1] == 1 else 'are'} {amount('things', int(values[-1])).en}",
            f"{the(str(values[-2])).zh}的{where}有{amount('things', int(values[-1])).zh}",
        ),
        find=lambda view, values: view.beyond(str(values[-1]), direction),
        others=some_numbers,
    )


def next_after_it() -> Step:
    """What comes next to the right of that thing."""
    return Step(
        ask=lambda values: Words(
            f"What comes right after {the(str(values[-1])).en}?",
            f"紧接在{the(str(values[-1])).zh}后面的是什么？",
        ),
        say=lambda values: Words(
            f"right after {the(str(values[-2])).en} comes {the(str(values[-1])).en}",
            f"紧接在{the(str(values[-2])).zh}后面的是{name_of(str(values[-1])).zh}",
        ),
        find=lambda view, values: view.next_to_right(str(values[-1])),
        others=lambda view, values: other_kinds(view, values[-1]),
    )


def nearest_without_it(kind: str) -> Step:
    """What is nearest to a thing once the thing found before is gone."""
    anchor = the(kind)
    return Step(
        ask=lambda values: Words(
            f"Without {the(str(values[-1])).en}, what is nearest to {anchor.en}?",
            f"没有{the(str(values[-1])).zh}的话，离{anchor.zh}最近的是什么？",
        ),
        say=lambda values: Words(
            f"without it, nearest to {anchor.en} is {the(str(values[-1])).en}",
            f"没有它的话，离{anchor.zh}最近的是{name_of(str(values[-1])).zh}",
        ),
        find=lambda view, values: view.without(str(values[-1])).nearest(kind),
        others=lambda view, values: other_kinds(view, kind, values[-1]),
    )


def on_side_step(side: str) -> Step:
    """How many things are on one side of the picture."""
    where = "in the middle" if side == "middle" else f"on the {side}"
    return Step(
        ask=fixed(f"How many things are {where}?", f"{SIDES[side]}有几样东西？"),
        say=lambda values: Words(
            f"{amount('things', int(values[-1])).en} {'is' if values[-1] == 1 else 'are'} {where}",
            f"{SIDES[side]}有{amount('things', int(values[-1])).zh}",
        ),
        find=lambda view, values: view.on_side(side),
        others=some_numbers,
    )


def difference(values: Values) -> Words:
    """The first number less the others."""
    rest = " minus ".join(number(int(value)).en for value in values)
    rest_zh = "减".join(number_zh(int(value)) for value in values)
    return Words(
        f"{rest} is {number(total_less(values)).en}",
        f"{rest_zh}等于{number_zh(total_less(values))}",
    )


def total_less(values: Values) -> int:
    """The first number less the others."""
    return int(values[0]) - sum(int(value) for value in values[1:])


def number_zh(count: int) -> str:
    """A number in Chinese within a sum."""
    return "零" if count == 0 else number(count).zh


def total(values: Values) -> Words:
    """All numbers together."""
    whole = sum(int(value) for value in values)
    return Words(
        f"{' plus '.join(number(int(value)).en for value in values)} is {number(whole).en}",
        f"{'加'.join(number_zh(int(value)) for value in values)}等于{number_zh(whole)}",
    )
