"""How diverse a dataset is: categories, question openings, pictures, players, duplicates.

Called by building, which feeds it picture by picture.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gap_core.dataset.sample import Sample
from gap_core.errors import GapError
from gap_core.language import CATEGORIES
from gap_core.play.text import question_key
from gap_core.scoring.shares import Share, share_of

OPENING_WORDS = 2
SHOWN_OPENINGS = 20
_MOST_OPENINGS = 20_000  # kept while counting; the rarest go when there are twice as many


@dataclass(frozen=True)
class CategoryLine:
    """One category: its share of the samples, and the share it should have."""

    category: str
    share: Share
    target: float


@dataclass(frozen=True)
class OpeningLine:
    """One way in which questions open: "how many"."""

    opening: str
    share: Share


@dataclass(frozen=True)
class Spread:
    """How samples are spread over pictures, or over players.

    Attributes:
        n: how many there are.
        most: samples of the one with most; `most_share` of all.
        effective: how many there would be if all had as many: one over the sum of squared shares.
    """

    n: int
    most: int
    most_share: Share
    effective: float


@dataclass(frozen=True)
class DiversityReport:
    """See the module; every share with n and its 95% interval.

    Attributes:
        samples: that were kept.
        players: None where no sample names its player.
        duplicates: questions asked before about the same picture, of all that were looked at.
        alike_pictures: pictures that look like another one.
    """

    samples: int
    categories: tuple[CategoryLine, ...]
    openings: tuple[OpeningLine, ...]
    pictures: Spread
    players: Spread | None
    duplicates: Share
    alike_pictures: Share


def even_target(given: Mapping[str, float] | None = None) -> dict[str, float]:
    """The share each category should have: as given, the rest evenly among the others.

    Raises:
        GapError: no such category, or the shares are no shares.
    """
    wanted = dict(given or {})
    for name, share in wanted.items():
        if name not in CATEGORIES:
            raise GapError(f"Category '{name}' is not one of: {', '.join(CATEGORIES)}.")
        if not 0 <= share <= 1:
            raise GapError(f"Target '{share}' of '{name}' is not between 0 and 1.")
    rest, others = 1 - sum(wanted.values()), len(CATEGORIES) - len(wanted)
    if rest < -1e-9 or (not others and abs(rest) > 1e-9):
        raise GapError(f"Targets add up to {1 - rest:.3f}; 1 was expected, or less.")
    return {name: wanted.get(name, max(rest, 0) / max(others, 1)) for name in CATEGORIES}


class DiversityCounter:
    """Counts samples as they pass; memory grows with players, not with samples."""

    def __init__(self) -> None:
        self._categories: Counter[str] = Counter()
        self._openings: Counter[str] = Counter()
        self._players: Counter[str] = Counter()
        self._pictures = _SpreadCounter()
        self._looked_at = 0

    def add_picture(self, kept: Sequence[Sample], *, duplicates: int) -> None:
        """Count the samples of one picture."""
        self._looked_at += len(kept) + duplicates
        for sample in kept:
            self._categories[sample.category] += 1
            self._openings[opening_of(sample.question)] += 1
            if sample.provenance.player is not None:
                self._players[sample.provenance.player] += 1
        if kept:
            self._pictures.add(len(kept))
        if len(self._openings) > 2 * _MOST_OPENINGS:
            self._openings = Counter(dict(self._openings.most_common(_MOST_OPENINGS)))

    def report(
        self, *, target: Mapping[str, float], pictures: int, alike_pictures: int
    ) -> DiversityReport:
        """What has been counted.

        Args:
            target: the share each category should have.
            pictures: that were compared with each other.
            alike_pictures: those of them that look like another one.
        """
        n = self._pictures.samples
        return DiversityReport(
            samples=n,
            categories=tuple(
                CategoryLine(name, share_of(self._categories[name], n), target[name])
                for name in CATEGORIES
            ),
            openings=tuple(
                OpeningLine(opening, share_of(count, n))
                for opening, count in sorted(
                    self._openings.items(), key=lambda one: (-one[1], one[0])
                )[:SHOWN_OPENINGS]
            ),
            pictures=self._pictures.spread(),
            players=_spread_of(self._players),
            duplicates=share_of(self._looked_at - n, self._looked_at),
            alike_pictures=share_of(alike_pictures, pictures),
        )


class _SpreadCounter:
    """A spread over things that come one by one."""

    def __init__(self) -> None:
        self.samples = 0
        self._n = self._most = self._squares = 0

    def add(self, count: int) -> None:
        self.samples += count
        self._n += 1
        self._most = max(self._most, count)
        self._squares += count * count

    def spread(self) -> Spread:
        effective = self.samples**2 / self._squares if self._squares else 0.0
        return Spread(self._n, self._most, share_of(self._most, self.samples), effective)


def _spread_of(counts: Mapping[str, int]) -> Spread | None:
    counter = _SpreadCounter()
    for count in counts.values():
        counter.add(count)
    return counter.spread() if counts else None


def opening_of(question: str) -> str:
    """The first words of a question, by which its form shows."""
    return " ".join(question_key(question).split()[:OPENING_WORDS])
