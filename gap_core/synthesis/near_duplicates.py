"""Texts that say nearly what an earlier one says, found by an index that grows text by text.

Called by running. The measure is the cosine of TF-IDF vectors over all texts so far, exactly as
if it were fitted again for every text, but nothing is fitted again. A new text's rarest words are
looked up until the rest of it is short; what an earlier text shares with these must make up for
it, or it can't be too like. Only the few texts that may be are compared in full.

Source: Bayardo, Ma & Srikant 2007 (bounds for all pairs above a cosine).
"""

from __future__ import annotations

import re
import threading
from array import array
from collections import Counter
from typing import NamedTuple

import numpy as np

# Words of letters and digits; of Chinese, which writes no spaces, signs in pairs.
_WORDS = re.compile(r"[a-z0-9']+|[\u4e00-\u9fff]+")
_REST = 0.4  # of the threshold: how long the part of a new text may be that is not looked up
_STALE = 1.1  # lengths are reckoned anew when there are so many times the texts


class Twin(NamedTuple):
    """The earlier text that a new one is most like."""

    key: str
    cosine: float


class _Text(NamedTuple):
    key: str
    words: np.ndarray  # (w,) numbers of its words
    times: np.ndarray  # (w,) how often each stands in it


class _Holders:
    """The texts that a word stands in, and how often it stands there."""

    def __init__(self) -> None:
        self.places = array("i")
        self.times = array("f")


def words_of(text: str) -> Counter[str]:
    """How often each word stands in the text."""
    found: Counter[str] = Counter()
    for word in _WORDS.findall(text.lower()):
        if "\u4e00" <= word[0] <= "\u9fff" and len(word) > 1:
            found.update(word[n : n + 2] for n in range(len(word) - 1))
        else:
            found[word] += 1
    return found


class NearDuplicates:
    """Texts without near-duplicates among them; any thread may add.

    Args:
        threshold: the cosine above which a text is refused.
    """

    def __init__(self, *, threshold: float = 0.75) -> None:
        self._threshold = threshold
        self._texts: list[_Text] = []
        self._ids: dict[str, int] = {}  # a word's number
        self._holders: list[_Holders] = []  # by word
        self._spread = np.zeros(1024)  # by word: in how many texts
        self._lengths = np.zeros(0)  # by text, as of when they were last reckoned
        self._idf_then = np.zeros(0)  # by word, of that time
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._texts)

    def add(self, key: str, text: str) -> Twin | None:
        """Take in a text, unless an earlier one is too like it; that one."""
        counted = words_of(text)
        with self._lock:
            words = np.array([self._number(word) for word in counted], dtype=np.int64)
            new = _Text(key, words, np.array(list(counted.values()), dtype=np.float64))
            twin = self._twin(new) if len(words) else None
            if twin is None:
                self._take(new)
        return twin

    def _number(self, word: str) -> int:
        number = self._ids.setdefault(word, len(self._ids))
        if number == len(self._holders):
            self._holders.append(_Holders())
            if number == len(self._spread):
                self._spread = np.concatenate([self._spread, np.zeros(len(self._spread))])
        return number

    def _take(self, new: _Text) -> None:
        place = len(self._texts)
        self._texts.append(new)
        self._spread[new.words] += 1
        for word, times in zip(new.words, new.times, strict=True):
            self._holders[word].places.append(place)
            self._holders[word].times.append(times)

    def _twin(self, new: _Text) -> Twin | None:
        """The earlier text that is most like this one, if too like."""
        if len(self._texts) > _STALE * len(self._lengths):
            self._reckon_lengths()
        idf = self._idf(with_text=new)
        own = np.zeros(len(idf))
        own[new.words] = new.times * idf[new.words]
        own /= np.linalg.norm(own)
        best: Twin | None = None
        for place in self._candidates(new.words, own, idf):
            text = self._texts[place]
            theirs = text.times * idf[text.words]
            cosine = float(own[text.words] @ theirs / np.linalg.norm(theirs))
            if cosine > (best.cosine if best else self._threshold):
                best = Twin(text.key, cosine)
        return best

    def _idf(self, *, with_text: _Text | None = None) -> np.ndarray:
        """By word, smoothed; as if that text were in too, which is what fitting again would see."""
        texts = len(self._texts) + (with_text is not None)
        spread = self._spread[: len(self._holders)].copy()
        if with_text is not None:
            spread[with_text.words] += 1
        idf: np.ndarray = np.log((1 + texts) / (1 + spread)) + 1
        return idf

    def _reckon_lengths(self) -> None:
        self._idf_then = self._idf()
        self._lengths = np.array(
            [np.linalg.norm(one.times * self._idf_then[one.words]) for one in self._texts]
        )

    def _candidates(self, words: np.ndarray, own: np.ndarray, idf: np.ndarray) -> np.ndarray:
        """Places of the texts that may be too like."""
        rarest = words[np.argsort(self._spread[words], kind="stable")]
        rest = np.sqrt(np.maximum(0, 1 - np.cumsum(own[rarest] ** 2)))  # after the first 1, 2, …
        enough = rest <= _REST * self._threshold
        looked_up = int(enough.argmax()) + 1 if enough.any() else len(rarest)
        known = [int(word) for word in rarest[:looked_up] if self._spread[word]]
        if not known:
            return np.zeros(0, dtype=np.int64)
        holders = [self._holders[word] for word in known]
        places = np.frombuffer(b"".join(one.places for one in holders), np.int32)
        shared = np.frombuffer(b"".join(one.times for one in holders), np.float32)
        weights = own[known] * idf[known]
        shared = shared * np.repeat(weights, [len(one.places) for one in holders])
        products = np.bincount(places, shared, minlength=len(self._texts))
        # No weight has shrunk by more than this since lengths were reckoned, so no length has.
        shrunk = float((idf[: len(self._idf_then)] / self._idf_then).min(initial=1.0))
        least = np.zeros(len(self._texts))
        least[: len(self._lengths)] = self._lengths * shrunk
        missing = self._threshold - float(rest[looked_up - 1]) - 1e-6  # of rounding
        return np.flatnonzero((products > 0) & (products >= missing * least))
