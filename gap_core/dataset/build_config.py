"""How a dataset is built, checked when it is made. Called by building and the scripts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gap_core.dataset.diversity import even_target
from gap_core.dataset.findings import RULES
from gap_core.dataset.picture_groups import MOST_BITS_APART
from gap_core.errors import GapError


@dataclass(frozen=True)
class BuildConfig:
    """See `build_dataset`.

    Attributes:
        validation_share: of the samples; whole groups of pictures go there.
        seed: of the split.
        keep_rules: rules of lint whose findings leave no sample out.
        most_bits: bits of 256 in which the hashes of two alike pictures may differ.
        target: shares that categories should have; the rest is shared evenly.

    Raises:
        GapError: something is out of range, or names no rule or category.
    """

    validation_share: float = 0.2
    seed: int = 1
    keep_rules: frozenset[str] = frozenset()
    most_bits: int = MOST_BITS_APART
    target: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what can't be meant."""
        if not 0 <= self.validation_share < 1:
            raise GapError(
                f"Validation share '{self.validation_share}' is not between 0 and 1. "
                "Choose 0.2, say."
            )
        if not 0 <= self.most_bits < 128:
            raise GapError(f"'{self.most_bits}' bits apart is not between 0 and 127. Choose 40.")
        for rule in sorted(self.keep_rules):
            if rule not in RULES:
                raise GapError(
                    f"No rule of lint is called '{rule}'. There are: {', '.join(RULES)}."
                )
        even_target(self.target)


def read_targets(texts: Sequence[str]) -> dict[str, float]:
    """Targets as they are typed: "Counting=0.1".

    Raises:
        GapError: not of that form.
    """
    targets: dict[str, float] = {}
    for text in texts:
        name, _, share = text.partition("=")
        try:
            targets[name.strip()] = float(share)
        except ValueError as err:
            raise GapError(
                f"Target '{text}' can't be read. Write a category and a share: Counting=0.1"
            ) from err
    return targets
