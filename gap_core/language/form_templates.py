"""The pocket world's wordings as templates, and how well a typed question fits one.

Called by understand.py. Words that few forms use tell more than words that many use.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeVar

from gap_core.language.categories import category_of
from gap_core.language.form_slots import FormUse, form_uses
from gap_core.language.spelling import Listed
from gap_core.language.tables import table_lines
from gap_core.language.text import plain, words_of
from gap_core.language.times import with_spoken_times
from gap_core.pocket_world.edition import EDITIONS
from gap_core.pocket_world.forms import FORMS
from gap_core.pocket_world.wordings import OFF_TOPIC

_Unit = TypeVar("_Unit")
_MARKED = re.compile(r"\{(\w+)\}")
_SLOT = "zq"  # before a brace's name where it stands among words
_KIND_WEIGHT, _VALUE_WEIGHT = 2.5, 4.0  # of a filled slot: any kind, or a telling value
_OTHER_OPENING = 0.15  # what is taken off where one asks yes or no and the other does not
_POLAR = frozenset("is was do have can could any there am".split())
_CATEGORY_SHARE = 0.3  # what the category of the whole question adds
_UNKNOWN_WEIGHT = 2.0  # of a word that no wording has
_BIGRAM_SHARE = 0.35
_KIND_SLOTS = frozenset(f"{_SLOT}{name}" for name in "kind akind plural single other".split())
_DROPPED = frozenset("the s please".split())
_OPENERS = tuple(
    (re.compile(line.split("\t")[0]), line.split("\t")[1])
    for line in table_lines("tables/question_openers.tsv")
)
_SAME = {
    word: line.split(": ")[0]
    for line in table_lines("tables/question_words.txt")
    for word in line.split(": ")[1].split()
}


@dataclass(frozen=True)
class Template:
    """One wording: its form, its words with slots among them, and the slots in their order."""

    form: str
    words: tuple[str, ...]
    slots: tuple[str, ...]


@dataclass(frozen=True)
class Fit:
    """How well a text fits a template, from 0 to 1, and the arguments that it gives."""

    share: float
    form: str
    args: tuple[str, ...]


def asked_words(question: str) -> list[str]:
    """Words of a whole question without what people put around it: "would you say that"."""
    asked = plain(question)
    for pattern, instead in _OPENERS:
        asked = pattern.sub(instead, asked, count=1)
    return alike_words(with_spoken_times(asked))


def alike_words(text: str) -> list[str]:
    """Words of a text with their like taken together: color as colour, photo as picture."""
    words = [word.text for word in words_of(plain(text)) if word.text[0].isalnum()]
    return [_SAME.get(word, word) for word in words if word not in _DROPPED]


class Templates:
    """All templates of an edition."""

    def __init__(self, edition_name: str) -> None:
        """Make those of "basic" and so on."""
        self.uses = form_uses(edition_name)
        self.templates = [
            template
            for key, wording in _wordings()
            if (template := _template(key, wording, self.uses)) is not None
        ]
        self._surfaces = {form: _by_first_word(use) for form, use in self.uses.items()}
        self._weights = _word_weights(self.templates)
        self._vocabulary = {
            surface[0]
            for surfaces in self._surfaces.values()
            for group in surfaces.values()
            for surface in group
            if len(surface) == 1
        }
        spoken = {word for surfaces in self._surfaces.values() for word in _words_in(surfaces)}
        self._listed = Listed({word for word in self._weights if len(word) > 2}, preferred=spoken)

    def mended(self, text: str) -> list[str]:
        """The question's words with slips of typing mended to words that the edition knows."""
        words = [self._listed.mend(word) for word in asked_words(text)]
        return [_SAME.get(word, word) for word in words]

    def best_fits(self, text: str) -> list[Fit]:
        """The best fit of each form that the text fits at all, best first."""
        words = self.mended(text)
        likely = dict(category_of(" ".join(words)).ranked)
        asked = dict(category_of(text).ranked)
        best: dict[str, Fit] = {}
        spans = {form: self._spans(form, words) for form in self.uses}
        for template in self.templates:
            fit = self._fit(template, words, spans[template.form])
            if fit is not None:
                category = FORMS[fit.form].category
                added = max(asked.get(category, 0.0), likely.get(category, 0.0))
                fit = replace(fit, share=fit.share + _CATEGORY_SHARE * added)
            if fit is not None and fit.share > best.get(fit.form, Fit(0.0, "", ())).share:
                best[fit.form] = fit
        return sorted(best.values(), key=lambda fit: -fit.share)

    def _spans(self, form: str, words: list[str]) -> list[tuple[int, int, tuple[str, ...]]]:
        """Places in the text that the form's braces may stand for, longest first at each place."""
        found: list[tuple[int, int, tuple[str, ...]]] = []
        at = 0
        while at < len(words):
            surfaces = self._surfaces[form].get(words[at], ())
            own = next((s for s in surfaces if tuple(words[at : at + len(s)]) == s), None)
            if own is None:
                at += 1
                continue
            found.append((at, at + len(own), own))
            at += len(own)
        return found

    def _fit(
        self, template: Template, words: list[str], spans: list[tuple[int, int, tuple[str, ...]]]
    ) -> Fit | None:
        filled = _fill(template, spans, self.uses[template.form])
        if filled is None:
            return None
        args, marked = filled
        if "or" not in template.words and _offers_another(words, spans, marked):
            return None
        typed: list[str] = []
        at = 0
        while at < len(words):
            if at in marked:
                end, slot = marked[at]
                typed.append(slot)
                at = end
            else:
                typed.append(words[at])
                at += 1
        share = self._likeness(typed, list(template.words))
        if typed and (typed[0] in _POLAR) != (template.words[0] in _POLAR):
            share -= _OTHER_OPENING
        return Fit(share, template.form, args)

    def _likeness(self, typed: list[str], wording: list[str]) -> float:
        """Weighted share of common words, and of common pairs of neighbours."""
        singles = _dice(Counter(typed), Counter(wording), self._weight)
        pairs = _dice(
            Counter(zip(["^", *typed], [*typed, "$"], strict=True)),
            Counter(zip(["^", *wording], [*wording, "$"], strict=True)),
            lambda pair: 1.0,
        )
        return (1 - _BIGRAM_SHARE) * singles + _BIGRAM_SHARE * pairs

    def _weight(self, word: str) -> float:
        if word.startswith(_SLOT):
            return _KIND_WEIGHT if word in _KIND_SLOTS else _VALUE_WEIGHT
        own = self._weights.get(word, _UNKNOWN_WEIGHT)
        return max(own, _VALUE_WEIGHT) if word in self._vocabulary else own


def _wordings() -> list[tuple[str, str]]:
    """Every wording of every edition once, with its key: what one knows helps to read another."""
    known = [
        (key, wording)
        for edition in EDITIONS.values()
        for key, wordings in edition.wordings.items()
        for wording in wordings
    ]
    return list(dict.fromkeys([*known, *(("off_topic", wording) for wording in OFF_TOPIC)]))


def _dice(first: Counter[_Unit], second: Counter[_Unit], weight: Callable[[_Unit], float]) -> float:
    """Weighted share of what both have among all that they have, as Dice counts."""
    common = sum(weight(word) * count for word, count in (first & second).items())
    whole = sum(weight(word) * count for side in (first, second) for word, count in side.items())
    return 2 * common / whole if whole else 0.0


def _template(key: str, wording: str, uses: dict[str, FormUse]) -> Template | None:
    """The template of a wording; None where its form is not asked or lacks an argument."""
    form = next((name for name in sorted(uses, key=len, reverse=True) if key.startswith(name)), "")
    if not form:
        return None
    slots = tuple(_MARKED.findall(wording))
    use = uses[form]
    if {use.places.get(slot, -1) for slot in slots} < set(range(use.arguments)):
        return None
    words = asked_words(_MARKED.sub(lambda found: f" {_SLOT}{found[1].replace('_', '')} ", wording))
    return Template(form, tuple(words), slots)


def _fill(
    template: Template, spans: list[tuple[int, int, tuple[str, ...]]], use: FormUse
) -> tuple[tuple[str, ...], dict[int, tuple[int, str]]] | None:
    """Arguments from the text for a template's slots in their order, and where they stand."""
    args = [""] * use.arguments
    marked: dict[int, tuple[int, str]] = {}
    left = list(spans)
    for slot in template.slots:
        values = use.values.get(slot, {})
        while left and " ".join(left[0][2]) not in values:
            left.pop(0)
        if not left:
            return None
        start, end, surface = left.pop(0)
        value, place = values[" ".join(surface)], use.places[slot]
        if args[place] not in ("", value):
            return None
        args[place] = value
        marked[start] = (end, f"{_SLOT}{slot.replace('_', '')}")
    return (tuple(args), marked) if "" not in args else None


def _offers_another(
    words: list[str],
    spans: list[tuple[int, int, tuple[str, ...]]],
    marked: dict[int, tuple[int, str]],
) -> bool:
    """Whether "or" and a further value follow: "Is it sunny or rainy?" asks which of them."""
    if not marked:
        return False
    return any(
        start > min(marked) and start not in marked and "or" in words[max(0, start - 2) : start]
        for start, _, _ in spans
    )


def _by_first_word(use: FormUse) -> dict[str, tuple[tuple[str, ...], ...]]:
    """Word sequences of all values, by first word, longest first; words taken together as typed."""
    table: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for brace, values in list(use.values.items()):
        for surface, value in list(values.items()):
            words = tuple(alike_words(surface))
            if words:
                use.values[brace].setdefault(" ".join(words), value)
                table[words[0]].add(words)
    return {first: tuple(sorted(group, key=len, reverse=True)) for first, group in table.items()}


def _words_in(surfaces: dict[str, tuple[tuple[str, ...], ...]]) -> set[str]:
    return {word for group in surfaces.values() for surface in group for word in surface}


def _word_weights(templates: list[Template]) -> dict[str, float]:
    """A word's weight by how few forms use it."""
    forms = len({template.form for template in templates})
    users: dict[str, set[str]] = defaultdict(set)
    for template in templates:
        for word in template.words:
            users[word].add(template.form)
    return {word: 0.25 + math.log((forms + 1) / len(own)) for word, own in users.items()}


@lru_cache(maxsize=4)
def templates_of(edition_name: str) -> Templates:
    """The templates of an edition with all its wordings, made once."""
    return Templates(edition_name)
