"""Whether an answer says yes or no to a yes-or-no question, also without either word.

Called by equivalence.py and score.py.
"""

from gap_core.language.colours import is_same_colour
from gap_core.language.facts import Facts, read_facts
from gap_core.language.lexicon import are_told_apart
from gap_core.language.matching import Match, is_same_number, match_facts, match_sides


def answers_yes(answer: Facts, question: str) -> bool | None:
    """True for yes, False for no, None where the answer does not show which.

    "The car is blue" says no to "Is the car red?", yes to "Is the car blue?".
    """
    if answer.said is not None:
        return answer.said
    asked = read_facts(question)
    verdicts = [
        match_facts(asked.numbers, answer.numbers, is_same_number),
        match_facts(asked.colours, answer.colours, is_same_colour),
        match_sides(asked.sides, answer.sides),
    ]
    if Match.CONFLICT in verdicts or _is_denied(answer, asked) or _is_replaced(answer, asked):
        return False
    if Match.SAME in verdicts or answer.content & asked.content or answer.numbers:
        return True
    return None


def _is_denied(answer: Facts, asked: Facts) -> bool:
    """Whether the answer denies a word, colour or side that the question asks about."""
    if answer.denied & asked.content:
        return True
    colours = match_facts(answer.denied_colours, asked.colours, is_same_colour)
    sides = match_sides(answer.denied_sides, asked.sides)
    if Match.SAME in (colours, sides):
        return True
    return answer.has_denial and not answer.denied and not answer.content


def _is_replaced(answer: Facts, asked: Facts) -> bool:
    """Whether the answer names another thing or value than the one asked about."""
    return any(
        are_told_apart(one, other)
        for one in answer.content - asked.content
        for other in asked.content - answer.content
    )
