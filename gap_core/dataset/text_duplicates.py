"""Questions about one picture that are the same but for their wording. Called by building.

Words alike are not enough: "left" and "right" differ by few letters. So two questions are the
same only if they ask for the same sort of answer about the same things, numbers, colours, sides
and names, as gap_core/language reads them, and differ by no opposites: "Is it on?", "Is it off?".
"""

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.fuzz import token_sort_ratio

from gap_core.dataset.sample import Sample, is_replay
from gap_core.language import are_equivalent
from gap_core.language.asked import asked_for
from gap_core.language.facts import Facts, read_facts
from gap_core.language.tables import table_lines
from gap_core.language.text import plain, words_of
from gap_core.play.text import question_key

_OPPOSITES = Path(__file__).parent / "tables" / "opposites.txt"
LIKE_ENOUGH = 80.0  # of 100, whatever is asked
LIKE_ENOUGH_IF_KNOWN = 50.0  # where it is plain what is asked for: a count, a colour
_KNOWN_KINDS = ("count", "colour")
MOST_COMPARED = 500  # kept questions of one picture that a new one is held against


class Duplicate(NamedTuple):
    """A sample whose question another sample of the picture asks.

    Attributes:
        sample: the one to leave out.
        of: the one that stays.
        agrees: whether the answers state the same; None where that can't be told.
    """

    sample: Sample
    of: Sample
    agrees: bool | None


class OneEach(NamedTuple):
    """Samples of a picture without duplicates, and the duplicates."""

    kept: tuple[Sample, ...]
    duplicates: tuple[Duplicate, ...]


def drop_text_duplicates(samples: Sequence[Sample]) -> OneEach:
    """Keep one sample of each question about a picture: no replay, the surest, the first by id.

    Args:
        samples: all of one picture. Of more than MOST_COMPARED different questions only the
            latest so many are compared, so that one picture can't take for ever.
    """
    kept: list[Sample] = []
    keys: list[str] = []
    by_key: dict[str, Sample] = {}
    duplicates: list[Duplicate] = []
    for sample in sorted(samples, key=_worth):
        key = question_key(sample.question)
        twin = by_key.get(key) or _near(sample, key, kept, keys)
        if twin is None:
            kept.append(sample)
            keys.append(key)
            by_key[key] = sample
        else:
            # What the model says itself is no second opinion.
            agrees = (
                None
                if is_replay(sample) or is_replay(twin)
                else are_equivalent(sample.answer, twin.answer, question=sample.question)
            )
            duplicates.append(Duplicate(sample, twin, agrees))
    order = {sample.id: place for place, sample in enumerate(samples)}
    return OneEach(tuple(sorted(kept, key=lambda one: order[one.id])), tuple(duplicates))


def _worth(sample: Sample) -> tuple[bool, float, str]:
    return is_replay(sample), -(sample.provenance.posterior or 0.0), sample.id


def _near(sample: Sample, key: str, kept: list[Sample], keys: list[str]) -> Sample | None:
    kind = asked_for(sample.question)
    cutoff = LIKE_ENOUGH_IF_KNOWN if kind in _KNOWN_KINDS else LIKE_ENOUGH
    recent = keys[-MOST_COMPARED:]
    start = len(keys) - len(recent)
    found = process.extract(key, recent, scorer=token_sort_ratio, score_cutoff=cutoff, limit=None)
    for _, _, place in found:
        if is_same_question(sample.question, kept[start + place].question):
            return kept[start + place]
    return None


def is_same_question(first: str, second: str) -> bool:
    """Whether two questions ask for the same sort of answer about the same facts."""
    if asked_for(first) != asked_for(second) or _are_opposed(first, second):
        return False
    return _asked_facts(read_facts(first)) == _asked_facts(read_facts(second))


def _asked_facts(facts: Facts) -> tuple[object, ...]:
    return (
        facts.content,
        facts.denied,
        frozenset((fact.value, fact.compared) for fact in facts.numbers),
        frozenset((fact.families, fact.tone, fact.about) for fact in facts.colours),
        frozenset((fact.axis, fact.value, fact.about, fact.of) for fact in facts.sides),
        facts.names,
    )


def _are_opposed(first: str, second: str) -> bool:
    """Whether a word that only one question has is the opposite of one that only the other has."""
    ours, theirs = _word_counts(first), _word_counts(second)
    return any(pair in _opposites() for pair in product(ours - theirs, theirs - ours))


@lru_cache(maxsize=4096)
def _word_counts(question: str) -> Counter[str]:
    return Counter(word.text for word in words_of(plain(question)))


@lru_cache(maxsize=1)
def _opposites() -> frozenset[tuple[str, str]]:
    """Every two words that exclude each other, in both orders."""
    groups = [[side.split() for side in line.split("|")] for line in table_lines(_OPPOSITES)]
    return frozenset(
        pair
        for sides in groups
        for side in sides
        for other in sides
        if side is not other
        for pair in product(side, other)
    )
