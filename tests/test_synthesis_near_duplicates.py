# The growing index decides exactly as TF-IDF that is fitted anew for every text.
from __future__ import annotations

import math
import random
import threading
from collections import Counter

import pytest

from gap_core.synthesis.near_duplicates import NearDuplicates, words_of


def refitted_cosines(texts: list[str]) -> list[float]:
    """Cosines of the last text with all others, smoothed TF-IDF fitted to all of them."""
    counted = [words_of(text) for text in texts]
    spread = Counter(word for one in counted for word in one)
    idf = {word: math.log((1 + len(texts)) / (1 + n)) + 1 for word, n in spread.items()}
    vectors = [{word: n * idf[word] for word, n in one.items()} for one in counted]
    lengths = [math.sqrt(sum(value**2 for value in one.values())) for one in vectors]
    new, length = vectors[-1], lengths[-1]
    return [
        sum(value * other.get(word, 0.0) for word, value in new.items()) / length / size
        for other, size in zip(vectors[:-1], lengths[:-1], strict=True)
    ]


def some_texts(count: int, *, seed: int) -> list[str]:
    rng = random.Random(seed)
    vocabulary = [f"word{n}" for n in range(400)]
    weights = [1 / (n + 1) for n in range(400)]
    texts: list[str] = []
    for number in range(count):
        if number % 3 == 2:  # an earlier one, more or less changed
            words = rng.choice(texts).split()
            for _ in range(rng.randrange(30)):
                words[rng.randrange(len(words))] = rng.choice(vocabulary)
        else:
            words = rng.choices(vocabulary, weights, k=60)
        texts.append(" ".join(words))
    return texts


@pytest.mark.parametrize("threshold", [0.5, 0.75, 0.9])
def test_index_decides_as_refitting_does(threshold: float) -> None:
    index = NearDuplicates(threshold=threshold)
    kept: list[str] = []
    refused = 0
    for number, text in enumerate(some_texts(150, seed=4)):
        cosines = refitted_cosines([*kept, text]) if kept else []
        twin = index.add(str(number), text)
        refused += twin is not None
        assert (twin is not None) == (max(cosines, default=0) > threshold), number
        if twin is None:
            kept.append(text)
        else:
            assert twin.cosine == pytest.approx(max(cosines))
    assert 10 < refused < 140 and len(index) == len(kept)


def test_same_text_names_its_twin() -> None:
    index = NearDuplicates()
    index.add("first", "A mill stands at the river.")

    twin = index.add("second", "A mill stands at the river!")
    assert twin is not None and twin.key == "first"
    assert twin.cosine == pytest.approx(1)


def test_chinese_is_compared_by_pairs_of_signs() -> None:
    index = NearDuplicates()
    index.add("first", "村民请她在河边建造一座磨坊，共花费三百枚金币。")

    assert index.add("second", "村民请她在河边建造一座磨坊，共花费五百枚金币。") is not None
    assert index.add("third", "物理学家测量了光线穿过棱镜后的角度。") is None


def test_empty_text_is_no_duplicate() -> None:
    index = NearDuplicates()

    assert index.add("first", "!") is None and index.add("second", "?") is None


def test_threads_let_only_one_of_a_text_in() -> None:
    index, twins = NearDuplicates(), []
    barrier = threading.Barrier(8)

    def add(number: int) -> None:
        barrier.wait()
        twins.append(index.add(str(number), "The same words of eight threads."))

    threads = [threading.Thread(target=add, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(twin is None for twin in twins) == 1
