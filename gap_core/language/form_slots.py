"""What the braces of the pocket world's wordings may stand for, learnt from its own samplers.

Called by form_templates.py. Nothing here names a form or a kind: scenes are sampled, every form is
asked of them, and what its words were for which arguments is remembered, so that new forms and
kinds are understood as soon as they stand in the edition's tables.
"""

import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import lru_cache

from rapidfuzz.fuzz import ratio

from gap_core.language.scenes import sample_scenes
from gap_core.pocket_world.edition import EDITIONS, Edition
from gap_core.pocket_world.forms import FORMS
from gap_core.pocket_world.scene import Scene
from gap_core.pocket_world.vocabulary import COUNTED_GROUPS, SINGLE, with_article

_SCENES, _DRAWS = 300, 5
_FEWEST_DRAWS = 600  # of a form that few scenes allow: a clock shows one of 24 times
_FIRST_SEED = 610_000_000  # far from the seeds of training, of the decks and of measuring
Drawn = tuple[Scene, tuple[str, ...], dict[str, str]]  # with the arguments and their words


@dataclass
class FormUse:
    """How the samplers use a form: words by brace, and how often asked kinds stand in the scene."""

    values: dict[str, dict[str, str]] = field(default_factory=dict)  # brace: words -> argument
    places: dict[str, int] = field(default_factory=dict)  # brace: place of its argument
    arguments: int = 0
    fewest: dict[int, int] = field(default_factory=dict)  # place of a kind: things of it at least
    most: dict[int, int] = field(default_factory=dict)


@lru_cache(maxsize=4)
def form_uses(edition_name: str) -> dict[str, FormUse]:
    """The use of every form of an edition, by the form's name."""
    edition = EDITIONS[edition_name]
    drawn: dict[str, list[Drawn]] = defaultdict(list)
    rng = random.Random(f"form slots {edition_name}")
    for scene in sample_scenes(edition, first_seed=_FIRST_SEED, count=_SCENES):
        for form in edition.forms:
            for _ in range(_DRAWS):
                _draw(form, scene, drawn[form], rng)
    for form, seen in drawn.items():
        for _ in range(_FEWEST_DRAWS - len(seen)):
            _draw(form, rng.choice(seen)[0], seen, rng)
    return {form: _use_of(edition, drawn[form]) for form in edition.forms}


def _draw(form: str, scene: Scene, seen: list[Drawn], rng: random.Random) -> None:
    """One more use of the form, where the scene allows it."""
    args = FORMS[form].sample(scene, rng)
    if args is not None:
        seen.append((scene, args, FORMS[form].words(EDITIONS[scene.edition], args, rng)))


def _use_of(edition: Edition, drawn: list[Drawn]) -> FormUse:
    use = FormUse()
    pairs: dict[str, list[tuple[str, tuple[str, ...]]]] = defaultdict(list)
    for scene, args, words in drawn:
        use.arguments = len(args)
        for brace, surface in words.items():
            pairs[brace].append((surface.lower(), args))
        for place, arg in enumerate(args):
            if arg in edition.kinds:
                count = len(scene.of_kind(arg))
                use.fewest[place] = min(use.fewest.get(place, count), count)
                use.most[place] = max(use.most.get(place, count), count)
    for brace, seen in pairs.items():
        if not use.arguments:
            continue
        place = _place_of(seen, use.arguments)
        use.places[brace] = place
        use.values[brace] = _values(edition, seen, place)
    return use


def _place_of(seen: list[tuple[str, tuple[str, ...]]], arguments: int) -> int:
    """The place of the argument that a brace's words tell."""

    def told(place: int) -> tuple[int, float]:
        by_surface: dict[str, Counter[str]] = defaultdict(Counter)
        for surface, args in seen:
            by_surface[surface][args[place]] += 1
        steady = sum(counts.most_common(1)[0][1] for counts in by_surface.values())
        return steady, sum(ratio(surface, args[place].lower()) for surface, args in seen)

    return max(range(arguments), key=told)


def _values(
    edition: Edition, seen: list[tuple[str, tuple[str, ...]]], place: int
) -> dict[str, str]:
    """All words that a brace may stand for with their arguments; kinds from the edition's table."""
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for surface, args in seen:
        votes[surface][args[place]] += 1
    values = {surface: counts.most_common(1)[0][0] for surface, counts in votes.items()}
    arguments = set(values.values())
    kinds = _kind_words(edition)
    if arguments and arguments <= set(kinds.values()) | {*COUNTED_GROUPS, "things"}:
        if not set(kinds) & set(values):  # "shirt" tells a man and is no word for one
            return values
        values |= kinds
        if arguments & set(COUNTED_GROUPS):
            values |= _group_words()
    return values


def _kind_words(edition: Edition) -> dict[str, str]:
    words: dict[str, str] = {}
    for kind in edition.kinds.values():
        words |= {kind.name: kind.name, kind.plural: kind.name}
        words[with_article(kind.name)] = kind.name
        for synonym in edition.synonyms.get(kind.name, ()):
            words |= {synonym: kind.name, with_article(synonym): kind.name}
            words[edition.synonym_plurals[synonym]] = kind.name
    return words


def _group_words() -> dict[str, str]:
    singles = {with_article(SINGLE[group]): group for group in COUNTED_GROUPS}
    return {group: group for group in COUNTED_GROUPS} | singles
