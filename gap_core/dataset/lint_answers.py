"""Rules about what an answer says: refusals, hedges, and questions it will not have asked.

Called by lint.py. Texts are read by gap_core/language, so these rules see what scoring sees.
"""

import re

from gap_core.language.asked import asked_for
from gap_core.language.colours import is_same_colour
from gap_core.language.equivalence import refuses
from gap_core.language.facts import Facts, read_facts
from gap_core.language.lexicon import THINGS
from gap_core.language.matching import Match, is_same_number, match_facts
from gap_core.language.text import plain, word_set

_COUNTED = re.compile(
    r"\b(?:how many(?: of (?:them|these|those) are)?|how much|numbers? of|"
    r"count(?: all)?(?: of)?(?: the)?|(?:amount|quantity|total) of) "
    r"(?P<things>.*?)(?: (?:is|are|was|were|do|does|did|can|has|have|in|on|at|of|with|near|there|"
    r"that|you|we|which|wearing|under|behind|beside|visible)\b|[?.!]|$)"
)
_COUNTED_BEFORE = re.compile(r"^(?P<things>[^:?]+?)[:,]? (?:how many|count)\b[?.!]?$")
_DENIED_OUTRIGHT = re.compile(
    r"\b(?:there (?:is|are) no such|no such thing|(?:question|premise) is (?:wrong|false)|"
    r"does not exist|do not exist|(?:is|are) not (?:actually |really )?"
    r"(?:visible |present |shown )?in (?:the|this) (?:picture|image|photo|scene))\b"
)
_SAYS_NO = re.compile(r"^(?:no|nope|nah)\b ?[,.;:!-](?! ?\d)")  # "No. 10" is a number
_QUOTED = re.compile(r"[\"\u201c\u201e\u00ab][^\"\u201c\u201d\u00bb]*[\"\u201c\u201d\u00bb]")


def refusal_in(answer: str, question: str) -> str:
    """The words by which an answer refuses; empty where it does not, or states something too.

    What it quotes is written in the picture: a shirt may say that it doesn't know.
    """
    facts = read_facts(_QUOTED.sub(" ", answer))
    if not refuses(facts):
        return ""
    last = facts.refusal.split()[-1]
    # "The sky is not clear" to "Is the sky clear?" is an answer.
    return "" if last in word_set(question) else facts.refusal


def hedge_in(answer: str, question: str) -> str:
    """The words by which an answer hedges; empty where it refuses, or where the question did."""
    facts = read_facts(answer)
    if refuses(facts) or (facts.hedge and facts.hedge.split()[0] in word_set(question)):
        return ""
    return facts.hedge


def denied_premise(question: str, answer: str) -> str:
    """The words by which an answer contradicts what the question takes for granted.

    A question that can be answered by no, or by none, takes nothing of that kind for granted.
    """
    kind = asked_for(question)
    if kind in ("polar", "choice"):
        return ""
    spoken = plain(answer)
    says_no = _SAYS_NO.search(spoken)
    if kind == "text" and " there " not in spoken:
        says_no = None  # a sign may say "No, thanks"
    outright = _DENIED_OUTRIGHT.search(spoken) or says_no
    if outright:
        return outright.group().strip(" ,.;:!-")
    asked, said = read_facts(question), read_facts(answer)
    return _denied_thing(question, asked, said) or _other_value(kind, asked, said)


def _denied_thing(question: str, asked: Facts, said: Facts) -> str:
    """A thing that the question speaks of and the answer says is not there."""
    taken = {word for word in asked.content if word in THINGS} - _counted(question)
    denied = (said.denied & taken) - said.content
    return f"no {min(denied)}" if denied and not said.has_values else ""


def _counted(question: str) -> frozenset[str]:
    """What the question counts: there may be none of it."""
    spoken = plain(question)
    found = _COUNTED_BEFORE.search(spoken) or _COUNTED.search(spoken)
    return read_facts(found["things"]).content if found else frozenset()


def _other_value(kind: str, asked: Facts, said: Facts) -> str:
    """A colour or number that the question gives a thing and the answer gives otherwise."""
    if kind != "colour" and _conflict(asked.colours, said.colours, is_same_colour):
        return said.colours[0].shown
    if kind != "count" and _conflict(asked.numbers, said.numbers, is_same_number):
        return said.numbers[0].shown
    return ""


def _conflict(asked, said, is_same) -> bool:  # type: ignore[no-untyped-def]  # one kind of fact
    told = [fact for fact in said if fact.about]  # whose colour is meant must be said
    taken = [fact for fact in asked if fact.about]
    return match_facts(taken, told, is_same) is Match.CONFLICT
