"""From what was scored, voted and verified to probabilities of the four options.

Called by answering.py. Each kind of evidence has a weight that is fitted on validation items;
with one kind that is temperature scaling.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize

KINDS = ("direct", "deduced", "told", "voted", "verified")
Evidence = Mapping[str, np.ndarray]  # by kind, (4,) logarithms

_RIDGE = 0.05  # pulls a weight towards 1 where few items speak
_LIGHTEST, _HEAVIEST = 1e-3, 20.0  # one of nothing would leave the options all the same
FEWEST = 5  # items that weights can be fitted on


class Decision(NamedTuple):
    """What an item is answered with.

    Attributes:
        option: 0 to 3.
        probabilities: (4,) of the options; they sum to 1.
        uncertainty: entropy, from 0 (sure) to 1 (all the same).
    """

    option: int
    probabilities: tuple[float, ...]
    uncertainty: float


@dataclass(frozen=True)
class Weights:
    """A weight for each kind, by the kinds an item has; 1 where none was fitted.

    Attributes:
        by_kinds: kinds to their weights.
        fitted_on: kinds to the number of items.
    """

    by_kinds: dict[tuple[str, ...], tuple[float, ...]] = field(default_factory=dict)
    fitted_on: dict[tuple[str, ...], int] = field(default_factory=dict)

    def decide(self, evidence: Evidence) -> Decision:
        """The likeliest option."""
        kinds = kinds_of(evidence)
        weights = np.array(self.by_kinds.get(kinds, (1.0,) * len(kinds)))
        scores = np.array([evidence[kind] for kind in kinds])  # (K, 4)
        logs = log_softmax(weights @ scores)
        chances = np.exp(logs)
        entropy = float(-(chances * logs).sum() / np.log(len(chances)))
        return Decision(int(np.argmax(logs)), tuple(map(float, chances)), entropy)

    def record(self) -> dict[str, dict[str, float]]:
        """The weights by name, for files."""
        return {
            "+".join(kinds): dict(zip(kinds, weights, strict=True)) | {"n": self.fitted_on[kinds]}
            for kinds, weights in self.by_kinds.items()
        }


def kinds_of(evidence: Evidence) -> tuple[str, ...]:
    """The kinds there are, in one order."""
    return tuple(kind for kind in KINDS if kind in evidence)


def fit_weights(items: Sequence[Evidence], right: Sequence[int]) -> Weights:
    """The weights under which the right options are likeliest, for each set of kinds.

    Source: Guo et al. 2017 (temperature scaling); Genest & Zidek 1986 (logarithmic pools).
    """
    found = Weights()
    for kinds in sorted({kinds_of(one) for one in items}):
        chosen = [place for place, one in enumerate(items) if kinds_of(one) == kinds]
        if len(chosen) < FEWEST:
            continue
        scores = np.array([[items[n][kind] for kind in kinds] for n in chosen])  # (N, K, 4)
        answers = np.array([right[n] for n in chosen])
        found.by_kinds[kinds] = _fitted(scores, answers)
        found.fitted_on[kinds] = len(chosen)
    return found


def _fitted(scores: np.ndarray, right: np.ndarray) -> tuple[float, ...]:
    rows = np.arange(len(right))

    def loss(weights: np.ndarray) -> float:
        logs = log_softmax(np.einsum("k,nko->no", weights, scores))
        return float(-logs[rows, right].mean() + _RIDGE * ((weights - 1) ** 2).sum() / len(right))

    began = np.ones(scores.shape[1])
    best = minimize(loss, began, method="L-BFGS-B", bounds=[(_LIGHTEST, _HEAVIEST)] * len(began))
    return tuple(float(weight) for weight in best.x)


def votes_evidence(options: Sequence[int]) -> np.ndarray:
    """(4,) log share of the votes, half a vote given to each option beforehand."""
    counts = np.bincount(np.array(options, dtype=int), minlength=4) + 0.5
    return np.log(counts / counts.sum())


def log_loss(decisions: Sequence[Decision], right: Sequence[int]) -> float:
    """Mean of minus the log of what the right option was given; 1.386 is knowing nothing."""
    given = [one.probabilities[place] for one, place in zip(decisions, right, strict=True)]
    return float(-np.log(np.clip(given, 1e-12, 1)).mean())


def log_softmax(scores: np.ndarray) -> np.ndarray:
    """Logarithms of shares along the last axis."""
    top = scores.max(axis=-1, keepdims=True)
    shifted = scores - top
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
