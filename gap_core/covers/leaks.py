"""Nothing of development or test may be learnt: not its pictures, not its stories.

Called by augmenting.py and scripts. A picture leaks by its bytes or where it looks alike, a story
where its words are nearly the same.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from rapidfuzz import fuzz, process, utils

from gap_core.covers.options import common_rest, own_texts, parts_of
from gap_core.covers.records import IMAGE_TOKEN, TASKS, CoverItem, Problem
from gap_core.dataset.folders import sha256_of
from gap_core.dataset.picture_groups import MOST_BITS_APART
from gap_core.dataset.picture_hashes import hash_pictures

STORY_ALIKE = 92.0  # of 100
_SHORTEST = 20  # characters; shorter texts are alike by chance


class HeldOut:
    """The pictures and stories of development and test, of both tasks."""

    def __init__(
        self, items: Sequence[CoverItem], *, images_dir: Path, is_exact: bool = False
    ) -> None:
        """Look at all of them; `is_exact` lets only equal bytes and equal words count."""
        self._images_dir, self._is_exact = images_dir, is_exact
        paths = _paths_of(items)
        self._bytes = {sha256_of(images_dir / path) for path in paths}
        self._table = np.array(list(self._hashes(paths).values()))
        told = {story for stories in stories_of(items) for story in stories}
        self._stories = sorted(story for story in told if len(story) >= _SHORTEST)

    def leaks(self, items: Sequence[CoverItem]) -> list[Problem]:
        """Every picture and story of these items that is held out too."""
        leaking = self._leaking_pictures(_paths_of(items))
        problems = [
            Problem(item.name, f"picture '{path}' is held out")
            for item in items
            for path in item.images
            if path in leaking
        ]
        for item, stories in zip(items, stories_of(items), strict=True):
            problems += [
                Problem(item.name, f"the story '{story[:40]}…' is held out")
                for story in stories
                if self._is_told(story)
            ]
        return problems

    def _hashes(self, paths: Sequence[str]) -> dict[str, np.ndarray]:
        """Perceptual hashes by path; none where only bytes count."""
        if self._is_exact:
            return {}
        hashed = hash_pictures([(path, path) for path in paths], root=self._images_dir)
        return {one.image_id: one.words for one in hashed if one.words is not None}

    def _leaking_pictures(self, paths: Sequence[str]) -> set[str]:
        same = {path for path in paths if sha256_of(self._images_dir / path) in self._bytes}
        if not len(self._table):
            return same
        return same | {
            path
            for path, words in self._hashes(paths).items()
            if (np.bitwise_count(self._table ^ words).sum(axis=1) <= MOST_BITS_APART).any()
        }

    def _is_told(self, story: str) -> bool:
        if len(story) < _SHORTEST or not self._stories:
            return False
        found = process.extractOne(
            story,
            self._stories,
            scorer=fuzz.token_sort_ratio,
            processor=utils.default_process,
            score_cutoff=100.0 if self._is_exact else STORY_ALIKE,
        )
        return found is not None


def _paths_of(items: Sequence[CoverItem]) -> list[str]:
    return sorted({path for item in items for path in item.images})


def stories_of(items: Sequence[CoverItem]) -> list[list[str]]:
    """The texts of each item: its options, and what its question has of its own."""
    texts: dict[int, list[str]] = {}
    for task in TASKS:
        places = [place for place, item in enumerate(items) if item.task == task]
        texts |= dict(zip(places, _texts_of([items[place] for place in places]), strict=True))
    return [texts[place] for place in range(len(items))]


def _texts_of(items: Sequence[CoverItem]) -> list[list[str]]:
    """The same of the items of one task; one whose options can't be told apart is one text."""
    rest = common_rest(items)
    parts = [parts_of(item, rest=rest) for item in items]
    questions = [
        item.prompt if own is None else own.question for item, own in zip(items, parts, strict=True)
    ]
    found = []
    for question, own in zip(own_texts(questions), parts, strict=True):
        whole = [question, *(own.options if own is not None else ())]
        found.append([" ".join(text.replace(IMAGE_TOKEN, " ").split()) for text in whole])
    return found
