"""A plan: how one question is put together from steps that a picture's graph can answer.

Called by the plans of each relation and by the graph synthesizer. A plan can be carried out on any
view, and with a step's value replaced by another: that is how its checks know whether it needs
the picture and every step.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gap_core.synthesis.graph_names import Words
from gap_core.synthesis.graph_views import View

Value = str | int
Values = tuple[Value, ...]
Maker = Callable[[View, random.Random], "Plan | None"]


@dataclass(frozen=True)
class Step:
    """One sub-question.

    Attributes:
        ask: its words, given the values of the steps before.
        say: a sentence with its value, the last of the values.
        find: its value in a view, None where that is not plain.
        others: what else its value might have been.
    """

    ask: Callable[[Values], Words]
    say: Callable[[Values], Words]
    find: Callable[[View, Values], Value | None]
    others: Callable[[View, Values], Sequence[Value]]


@dataclass(frozen=True)
class Plan:
    """A question of several hops.

    Attributes:
        name: of the form of question.
        question: in words.
        conclude: the answer from the values of all steps, None where there is none.
        reckon: how the answer follows, where it is not the last value itself.
    """

    name: str
    question: Words
    steps: tuple[Step, ...]
    conclude: Callable[[Values], Value | None] = lambda values: values[-1]
    reckon: Callable[[Values], Words] | None = None


def carry_out(plan: Plan, view: View, known: Values = ()) -> Values | None:
    """The values of all steps, the first ones given; None where one is not plain."""
    values = known
    for step in plan.steps[len(known) :]:
        value = step.find(view, values)
        if value is None:
            return None
        values = (*values, value)
    return values


def answer_of(plan: Plan, view: View, known: Values = ()) -> Value | None:
    """The answer in a view, with the first values given; None where there is none."""
    values = carry_out(plan, view, known)
    return None if values is None else plan.conclude(values)


def answers_without(plan: Plan, view: View, left_out: int) -> set[Value | None]:
    """All answers that are possible where one step's value is not known."""
    values = carry_out(plan, view)
    if values is None:
        return set()
    before = values[:left_out]
    possible = [values[left_out], *plan.steps[left_out].others(view, before)]
    return {answer_of(plan, view, (*before, value)) for value in possible}


def fixed(en: str, zh: str) -> Callable[[Values], Words]:
    """Words that depend on no value."""
    return lambda values: Words(en, zh)


def other_kinds(view: View, *but: Value) -> list[Value]:
    """The kinds in a view, without some."""
    return [kind for kind in dict.fromkeys(one.kind for one in view.things) if kind not in but]


def some_numbers(view: View, values: Values) -> list[Value]:
    """What a count might have been."""
    return list(range(len(view.things) + 2))


def pick(rng: random.Random, choices: Sequence[str]) -> str | None:
    """One of the choices, None where there is none."""
    return rng.choice(list(choices)) if choices else None
