"""What a text denies, and whether it says yes or no. Called by facts.py.

A negating word denies what follows in its clause; a second one takes the first back, so "it is not
true that there is no dog" and, as people say it, "there isn't no dog" both say that there is one.
"""

from collections.abc import Sequence

from gap_core.language.lexicon import EMPTY, canonical
from gap_core.language.phrases import is_content
from gap_core.language.text import Word

_NEGATORS = frozenset(
    "no not never without none nothing nobody nowhere neither nor zero lacks lack lacking untrue "
    "false incorrect".split()
)
_TAKES_BACK = frozenset("no not never without none nothing nobody untrue false".split())
_ALONE = frozenset("none nobody nothing zero nowhere never neither".split())
_ABSENT = frozenset("absent missing nonexistent".split())
_HARMLESS_AFTER = {
    "no": frozenset("doubt problem longer more less fewer idea matter way one".split()),
    "not": frozenset("only sure certain tell say determine clear more less fewer know".split()),
    "nothing": frozenset(("but",)),
}  # fmt: skip
_STILL_DENIES = {("no", "longer"), ("no", "one"), ("no", "way")}
_YES = frozenset("yes yeah yep yup yea aye correct indeed affirmative sure definitely true".split())
_AFTER_OWN_NO = frozenset("there it its they the he she i this that we".split())
_NO = frozenset("no nope nah negative incorrect false never".split())


def said_yes(words: Sequence[Word]) -> bool | None:
    """Yes or no in so many words, at the beginning or at the end; None where neither stands."""
    spoken = [word.text for word in words if word.text.isalnum()]
    if not spoken:
        return None
    if spoken[0] in _YES and spoken[1:2] != ["that"]:
        return True
    if spoken[0] in ("that", "this") and spoken[1:3] in (["is", "right"], ["is", "correct"]):
        return True
    if spoken[0] in _NO and _stands_alone(words):
        return False
    if spoken[-1] in ("yes", "no") and len(spoken) > 1:
        return spoken[-1] == "yes"
    return None


def _stands_alone(words: Sequence[Word]) -> bool:
    """Whether a first "no" is an answer: "no.", "no, two", and "no there is none" without comma."""
    following = words[1].text if len(words) > 1 else ""
    return not following or following in ",.!;:-" or following in _AFTER_OWN_NO


def denied_places(words: Sequence[Word]) -> frozenset[int]:
    """Places of words that are denied, negators of an odd number before them in their clause."""
    denied: set[int] = set()
    clause, is_denying = -1, False
    for at, word in enumerate(words):
        if word.clause != clause:
            clause, is_denying = word.clause, False
        if word.text == "but":
            is_denying = False
        if _negates(words, at):
            is_denying = not (is_denying and word.text in _TAKES_BACK)
        elif is_denying:
            denied.add(at)
    return frozenset(_with_absent(words, denied))


def denies_anything(words: Sequence[Word], denied: frozenset[int]) -> bool:
    """Whether a text denies something, if only by "none" or "nobody" alone."""
    spoken = [word.text for word in words if word.text.isalnum()]
    return bool(denied) or spoken[-1:] == ["not"] or not _ALONE.isdisjoint(spoken)


def _with_absent(words: Sequence[Word], denied: set[int]) -> set[int]:
    """In a clause that calls something absent, what it names is denied."""
    for clause in {word.clause for word in words if word.text in _ABSENT}:
        own = {at for at, word in enumerate(words) if word.clause == clause}
        denied = denied - own if denied & own else denied | own
    return denied


def _negates(words: Sequence[Word], at: int) -> bool:
    text = words[at].text
    if text not in _NEGATORS:
        return False
    after = words[at + 1].text if at + 1 < len(words) else ""
    if text == "no" and at == 0 and _stands_alone(words):
        return False  # the answer's own "no", which denies nothing that follows
    if text == "no" and at == len(words) - 1 or (text == "no" and not after.isalnum()):
        return False
    return after not in _HARMLESS_AFTER.get(text, ()) or (text, after) in _STILL_DENIES


def content_words(words: Sequence[Word], places: frozenset[int]) -> frozenset[str]:
    """Canonical words at these places that mean something by themselves."""
    return frozenset(
        canonical(words[at].text)
        for at in places
        if is_content(words[at].text) and canonical(words[at].text) not in EMPTY
    )
