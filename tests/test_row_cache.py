# The cache of the running answers holds what transformers' own would, however rows come and go.
from __future__ import annotations

import random

import pytest
import torch
from transformers import DynamicCache
from transformers.cache_utils import DynamicLayer

from models.row_cache import ROOM_TOKENS, RowCache, order_of_kept

HEADS, WIDE = 2, 4


def columns(rows: int, width: int) -> tuple[torch.Tensor, torch.Tensor]:
    return torch.randn(rows, HEADS, width, WIDE), torch.randn(rows, HEADS, width, WIDE)


def prefilled(rows: int, width: int) -> DynamicCache:
    cache = DynamicCache()
    for layer in range(2):
        cache.update(*columns(rows, width), layer)
    return cache


def parts(cache: RowCache) -> list[torch.Tensor]:
    return [part for layer in cache.layers for part in (layer.keys, layer.values)]


class Reference:
    """Every row on its own, as long as it is."""

    def __init__(self) -> None:
        self.rows: list[list[torch.Tensor]] = []

    def add(self, cache: DynamicCache) -> None:
        layers = [layer for layer in cache.layers if isinstance(layer, DynamicLayer)]
        for row in range(layers[0].keys.shape[0]):
            self.rows.append([part[row] for one in layers for part in (one.keys, one.values)])

    def update(self, new: list[torch.Tensor]) -> None:
        for row, held in enumerate(self.rows):
            held[:] = [torch.cat([own, part[row]], 1) for own, part in zip(held, new, strict=True)]

    def width(self) -> int:
        return max(held[0].shape[1] for held in self.rows)


def assert_equal(cache: RowCache, reference: Reference) -> None:
    for number, part in enumerate(parts(cache)):
        assert part.shape[:3] == (len(reference.rows), HEADS, reference.width())
        assert torch.isfinite(part).all()  # masked or not, what is no number spoils its row
        for row, held in zip(part, reference.rows, strict=True):
            assert torch.equal(row[:, -held[number].shape[1] :], held[number])


@pytest.mark.parametrize("seed", range(12))
def test_rows_keep_their_keys_and_values(seed: int) -> None:
    torch.manual_seed(seed)
    rng, reference = random.Random(seed), Reference()
    first = prefilled(rng.randint(1, 3), rng.randint(1, 40))
    cache = RowCache(first)
    reference.add(first)
    for _ in range(60):
        doing = rng.choice(["step", "step", "step", "add", "keep"])
        if doing == "add":
            newcomers = prefilled(rng.randint(1, 3), rng.randint(1, 2 * ROOM_TOKENS))
            cache.add(newcomers)
            reference.add(newcomers)
        elif doing == "keep":
            rows = sorted(
                rng.sample(range(len(reference.rows)), rng.randint(1, len(reference.rows)))
            )
            order, width = order_of_kept(rows), reference.width()
            reference.rows = [reference.rows[row] for row in order]
            cache.keep(order, unused=width - reference.width())
        else:
            new = [part for _ in range(2) for part in columns(len(reference.rows), 1)]
            for layer in range(2):
                cache.update(new[2 * layer], new[2 * layer + 1], layer)
            reference.update(new)
        assert_equal(cache, reference)


def test_what_was_prefilled_is_left_as_it_is() -> None:
    first = prefilled(2, 5)
    before = [part.clone() for layer in first.layers for part in (layer.keys, layer.values)]
    cache = RowCache(first)
    cache.keep([1], unused=0)
    cache.update(*columns(1, 1), 0)

    after = [part for layer in first.layers for part in (layer.keys, layer.values)]
    assert all(torch.equal(*pair) for pair in zip(before, after, strict=True))


@pytest.mark.parametrize(
    ("rows", "order"),
    [
        ([0, 1, 2], [0, 1, 2]),
        ([1, 2, 3], [3, 1, 2]),
        ([0, 2, 4, 5], [0, 5, 2, 4]),
        ([7], [7]),
        ([], []),
    ],
)
def test_rows_that_can_stay_stay(rows: list[int], order: list[int]) -> None:
    assert order_of_kept(rows) == order
