"""How strongly a question's words and pairs of words speak for each category, learnt by counting.

Called by categories.py, beside the cues. Learns in a fraction of a second from the wordings for
tuning and from every second wording of the pocket world; the other half stays for measuring.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import lru_cache

from gap_core.language.case_files import CategoryCase, category_cases
from gap_core.language.colours import SHADES
from gap_core.language.facts import LISTED
from gap_core.language.lexicon import THINGS, VALUES, canonical
from gap_core.language.numbers import NUMBER_WORDS
from gap_core.language.text import plain, words_of
from gap_core.pocket_world.edition import EDITIONS
from gap_core.pocket_world.forms import FORMS

_SMOOTHING = 0.3
_BRACE = re.compile(r"\{(\w+)\}")
_EXAMPLES = {
    "kind": "dog", "a_kind": "a dog", "plural": "dogs", "single": "animal", "other": "car",
    "colour": "red", "garment": "shirt", "side": "left", "at_side": "on the left", "word": "STOP",
    "weather": "rainy", "doing": "raining", "a_place": "a park", "material": "wood",
    "relation": "behind", "activity": "reading", "emotion": "sad", "where": "indoors",
    "season": "winter", "an_occasion": "a wedding", "a_style": "a pencil sketch",
}  # fmt: skip
_TIMES = {"is_clock_time": "three o'clock", "is_time_of_day": "night"}
_Evidence = dict[str, float]


def pocket_cases(half: int) -> list[CategoryCase]:
    """Every second wording of the pocket world, filled with an example: half 0 or the other, 1."""
    fullest = max(EDITIONS.values(), key=lambda edition: len(edition.forms))
    return filled_cases(
        (key, wording)
        for key, wordings in fullest.wordings.items()
        for wording in wordings[half::2]
    )


def filled_cases(wordings: Iterable[tuple[str, str]]) -> list[CategoryCase]:
    """Forms and wordings of the pocket world, filled with an example; idle talk is left out."""
    cases: list[CategoryCase] = []
    for key, wording in wordings:
        form = FORMS.get(key.removesuffix("_person"))
        if form is None or not form.category:
            continue
        examples = _EXAMPLES | {"time": _TIMES.get(form.name, "night")}
        filled = wording
        for brace in _BRACE.findall(wording):
            filled = filled.replace(f"{{{brace}}}", examples.get(brace, "it"))
        cases.append(CategoryCase(form.category, filled))
    return cases


def word_evidence(question: str) -> _Evidence:
    """The sum of log odds that the question's words give each category that they speak for."""
    sums: _Evidence = defaultdict(float)
    table = _learnt()
    for feature in _features(question):
        for category, odds in table.get(feature, {}).items():
            sums[category] += odds
    return sums


@lru_cache(maxsize=1)
def _learnt() -> dict[tuple[str, ...], _Evidence]:
    cases = [*category_cases("category_dev"), *category_cases("category_spent"), *pocket_cases(0)]
    return learn(cases)


def learn(cases: Iterable[CategoryCase]) -> dict[tuple[str, ...], _Evidence]:
    """Log odds of each category for each word and pair that the cases have, smoothed."""
    seen: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    every: Counter[str] = Counter()
    for case in cases:
        every[case.category] += 1
        for feature in _features(case.question):
            seen[feature][case.category] += 1
    total = every.total()
    return {
        feature: {
            category: math.log(
                (counts[category] + _SMOOTHING * every[category] / total)
                / ((counts.total() + _SMOOTHING) * every[category] / total)
            )
            for category in every
        }
        for feature, counts in seen.items()
    }


def _features(question: str) -> set[tuple[str, ...]]:
    words = [_sort_of(word.text) for word in words_of(plain(question)) if word.text[0].isalnum()]
    marked = ["^", *words, "$"]
    pairs = set(zip(marked, marked[1:], strict=False))
    return {(word,) for word in words} | pairs


def _sort_of(word: str) -> str:
    """The word itself, or what sort it is of: a thing, a colour, a number, a kind of value."""
    name = canonical(LISTED.mend(word))
    if name in THINGS:
        return f"<{THINGS[name][0]}>"
    if name in SHADES:
        return "<colour>"
    if name in NUMBER_WORDS or name.isdigit():
        return "<number>"
    return f"<{VALUES[name][0]}>" if name in VALUES else name
