"""The one door behind which questions are made, whether by a model or from a scene graph.

Called by running; `model_synthesizer.py` and `graph_synthesizer.py` stand behind it.
"""

from __future__ import annotations

from typing import Protocol

from gap_core.synthesis.calls import Calls
from gap_core.synthesis.near_duplicates import NearDuplicates
from gap_core.synthesis.records import CheckResult, MultiHop, Seed, Subject


class Texts:
    """What has been written so far, a group of texts each of which is held against the others."""

    def __init__(self, *, threshold: float) -> None:
        self._threshold = threshold
        self._groups: dict[str, NearDuplicates] = {}

    def add(self, group: str, key: str, text: str) -> str | None:
        """Take in a text; where it is too like an earlier one of its group, that one's key."""
        index = self._groups.setdefault(group, NearDuplicates(threshold=self._threshold))
        twin = index.add(key, text)
        return None if twin is None else twin.key


class Synthesizer(Protocol):
    """Makes items step by step; any thread may call it, with the calls of its own item."""

    name: str

    def make_seed(self, subject: Subject, place: int, calls: Calls) -> Seed:
        """The background, if need be, and the sub-questions.

        Raises:
            ItemGivenUp: it can't be done.
        """
        ...

    def compose(self, subject: Subject, seed: Seed, place: int, calls: Calls) -> MultiHop:
        """One question that needs every sub-question.

        Raises:
            ItemGivenUp: it can't be done.
        """
        ...

    def check(
        self, subject: Subject, seed: Seed, made: MultiHop, place: int, calls: Calls
    ) -> list[CheckResult]:
        """What can be said for the question: verified, needs the picture, needs every hop.

        Raises:
            ItemGivenUp: it could not be checked.
        """
        ...


def document_group(subject: Subject) -> str:
    """Which texts a background is held against."""
    return f"{subject.kind} {subject.language} {subject.image_id}"
