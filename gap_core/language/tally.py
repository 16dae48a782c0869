"""Hits counted by what they share, since cases on one scene or one wording are not independent.

Called by forms_check.py and by the checks in gap_core/evaluation.
"""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from gap_core.scoring.shares import Share, clustered_share_of


@dataclass
class ClusterTally:
    """Hits and cases by cluster."""

    hits: Counter[object] = field(default_factory=Counter)
    n: Counter[object] = field(default_factory=Counter)

    def add(self, cluster: object, *, is_hit: bool) -> None:
        """Count one case of a cluster."""
        self.n[cluster] += 1
        self.hits[cluster] += is_hit

    @property
    def share(self) -> Share:
        """The share of hits, with an interval for as many draws as there are clusters."""
        clusters = list(self.n)
        return clustered_share_of(
            np.array([self.hits[one] for one in clusters], dtype=int),
            np.array([self.n[one] for one in clusters], dtype=int),
        )
