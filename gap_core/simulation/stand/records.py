"""What came of a day at a stand. Filled by everything in this folder, printed by the script."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from gap_core.simulation.percentiles import percentiles

EXAMPLES = 3  # of each trouble


@dataclass
class StandDay:
    """Visitors, what they waited for, and what went wrong.

    Attributes:
        visits: by kind of visitor.
        left: how they left the screen: by the button, by walking off, and so on.
        sessions: played to the end.
        questions: answered on the screen.
        answers_s: from the question to the whole answer.
        opens_s: from the form to the board.
        resets_s: from walking off to the attract screen.
        checks: looks for something left of the last visitor.
        attacks: what abusive visitors did, by kind.
        chosen: gaps that the facilitator chose for the wall.
        shown_gaps: texts read on the wall and found chosen, in all.
        cut_answers: pages left while an answer came, as Gradio says in the console.
        responses: of the server, seen by browsers.
        memory_mib: of the server, each half minute.
        troubles: what should not have been, and how often.
        examples: a few of each.
    """

    visits: Counter[str] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)
    sessions: int = 0
    questions: int = 0
    answers_s: list[float] = field(default_factory=list)
    opens_s: list[float] = field(default_factory=list)
    resets_s: list[float] = field(default_factory=list)
    checks: int = 0
    attacks: Counter[str] = field(default_factory=Counter)
    chosen: int = 0
    shown_gaps: int = 0
    cut_answers: int = 0
    responses: Counter[int] = field(default_factory=Counter)
    memory_mib: list[float] = field(default_factory=list)
    troubles: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=dict)

    def trouble(self, kind: str, words: str = "") -> None:
        """Note what should not have been."""
        self.troubles[kind] += 1
        kept = self.examples.setdefault(kind, [])
        if words and len(kept) < EXAMPLES:
            kept.append(words[:300])


def quantiles(values: Sequence[float]) -> str:
    """Median, 95th percentile and longest, in words."""
    if not values:
        return "none"
    middle, high, _ = percentiles(values)
    return f"median {middle:.1f}, p95 {high:.1f}, longest {max(values):.1f} s, n={len(values)}"
