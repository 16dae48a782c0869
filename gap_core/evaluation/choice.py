"""Multiple choice: which lettered option an answer names. Called by judges.py."""

import re
from collections.abc import Mapping

from gap_core.language.equivalence import are_equivalent

_OPTION = re.compile(
    r"(?:^|[\n;,]|(?<=[?.:!]))\s*\(?(?P<letter>[A-Z])(?:[.):]|\s-)\s*(?P<text>[^\n;]+?)"
    r"(?=\s*(?:$|[\n;]|,?\s*\(?[A-Z][.):]\s))",
)
_LETTER = re.compile(
    r"(?<![\w'])(?P<letter>[A-Za-z])(?P<mark>[.):\]*]|(?=\s(?:or|and)\b))?(?![\w'])"
)
_NAMED = re.compile(
    r"\b(?:answer|option|choice|choose|pick|letter)\b(?:\s+(?:is|would be|option|letter))*"
    r"[\s:=*(\"']*([A-Za-z])(?![\w'])",
    re.IGNORECASE,
)
_WORDS = frozenset("AI")  # that are words of their own where they stand among others


def options_of(question: str) -> dict[str, str]:
    """The lettered options in a question, in their order; none where it has fewer than two."""
    found = {match["letter"]: match["text"].strip() for match in _OPTION.finditer(question)}
    expected = [chr(ord("A") + number) for number in range(len(found))]
    return found if len(found) > 1 and list(found) == expected else {}


def chosen_letter(answer: str, options: Mapping[str, str]) -> str | None:
    """The option that an answer names, by letter or by its words; None for none or several."""
    named = {letter.upper() for letter in _NAMED.findall(answer)} & options.keys()
    if len(named) == 1:
        return named.pop()
    is_bare = len(re.findall(r"\w+", answer)) == 1
    alone = {
        found["letter"].upper()
        for found in _LETTER.finditer(answer)
        if is_bare or found["mark"] is not None or found["letter"].upper() not in _WORDS
    } & options.keys()
    if alone:
        return alone.pop() if len(alone) == 1 else None
    worded = [letter for letter, text in options.items() if _says(answer, text)]
    return worded[0] if len(worded) == 1 else None


def _says(answer: str, option: str) -> bool:
    if re.search(rf"\b{re.escape(option.rstrip('.'))}\b", answer, re.IGNORECASE):
        return True
    return are_equivalent(answer, option) is True


def score_choice(answer: str, reference: str, question: str) -> float | None:
    """1 for the right option, 0 for another or none; None where the question has no options.

    An answer that names none, or several, is a wrong answer: the model was told to choose.
    """
    options = options_of(question)
    right = chosen_letter(reference, options)
    if right is None:
        return None
    return float(chosen_letter(answer, options) == right)
