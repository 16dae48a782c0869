"""Plans by the three relations of texts, over a written row of things. Called as IMAGE_PLANS is."""

from __future__ import annotations

import random
from dataclasses import replace

from gap_core.synthesis.graph_names import SIZES, Words, colour, name_of, the
from gap_core.synthesis.graph_plans import Maker, Plan, Step, pick
from gap_core.synthesis.graph_steps import ORDINALS, its_colour, next_after_it, nth_step
from gap_core.synthesis.graph_views import Seen, View
from gap_core.synthesis.image_plans import ASKED_GROUPS, outnumber


def write_row(view: View) -> Words:
    """The things in a text, from left to right, with all that is known of each."""
    en = ", then ".join(_with_article(_described(one)) for one in view.things)
    zh = "，接着是".join(_described_zh(one) for one in view.things)
    return Words(
        f"Somebody walks past a row of things, always from left to right. First comes {en}. "
        "There is nothing else.",
        f"有人从左到右走过一排东西。最先是{zh}。此外什么也没有。",
    )


def _described(one: Seen) -> str:
    parts = (one.size if one.size in SIZES else "", one.colour, name_of(one.kind).one)
    words = f' that says "{one.word}"' if one.word else ""
    return " ".join(part for part in parts if part) + words


def _described_zh(one: Seen) -> str:
    own = name_of(one.kind)
    size = f"{SIZES[one.size]}的" if one.size in SIZES else ""
    painted = f"{colour(one.colour).zh}的" if one.colour else ""
    words = f"写着“{one.word}”的" if one.word else ""
    return f"一{own.measure}{size}{painted}{words}{own.zh}"


def _with_article(phrase: str) -> str:
    return f"{'an' if phrase[0] in 'aeiou' else 'a'} {phrase}"


def after_colour(view: View, rng: random.Random) -> Plan | None:
    """The colour of what comes right after a thing."""
    kind = pick(rng, [kind for kind in view.lone_kinds if view.next_to_right(kind)])
    if kind is None:
        return None
    anchor = the(kind)
    question = Words(
        f"What colour is the thing that comes right after {anchor.en}?",
        f"紧接在{anchor.zh}后面的东西是什么颜色？",
    )
    return Plan("after, then colour", question, (_after(kind), its_colour()))


def after_after(view: View, rng: random.Random) -> Plan | None:
    """What comes right after what comes right after a thing."""
    kind = pick(rng, [kind for kind in view.lone_kinds if view.next_to_right(kind)])
    if kind is None:
        return None
    anchor = the(kind)
    question = Words(
        f"What comes right after the thing that comes right after {anchor.en}?",
        f"紧接在{anchor.zh}后面的东西，它后面紧接着的是什么？",
    )
    return Plan("after, then after", question, (_after(kind), next_after_it()))


def passed_after(view: View, rng: random.Random) -> Plan | None:
    """What is passed right after the first or second of a group."""
    return _passed(view, rng, "after")


def passed_colour(view: View, rng: random.Random) -> Plan | None:
    """The colour of the first or second of a group that is passed."""
    return _passed(view, rng, "colour")


def _passed(view: View, rng: random.Random, what: str) -> Plan | None:
    able = [
        (name, place) for name in ASKED_GROUPS for place in (1, 2, 3) if len(view.of(name)) >= place
    ]
    if not able:
        return None
    group, place = rng.choice(able)
    own, order = name_of(group), ORDINALS[place - 1]
    question = {
        "after": Words(
            f"What do they pass right after the {order.en} {own.one}?",
            f"经过{order.zh}个{own.zh}之后，紧接着经过的是什么？",
        ),
        "colour": Words(
            f"What colour is the {order.en} {own.one} that they pass?",
            f"{order.zh}个经过的{own.zh}是什么颜色？",
        ),
    }[what]
    last = next_after_it() if what == "after" else its_colour()
    return Plan(f"passed, then {what}", question, (nth_step(group, place), last))


def _after(kind: str) -> Step:
    """What comes right after a thing that the question itself names."""
    step = next_after_it()
    return replace(
        step,
        ask=lambda values: step.ask((kind,)),
        say=lambda values: step.say((kind, values[-1])),
        find=lambda view, values: step.find(view, (kind,)),
        others=lambda view, values: step.others(view, (kind,)),
    )


TEXT_PLANS: dict[str, tuple[Maker, ...]] = {
    "bridging": (after_colour, after_after),
    "comparison": (outnumber,),
    "temporal": (passed_after, passed_colour),
}
