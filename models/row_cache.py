"""Keys and values of answers in the making, in buffers with room on all sides.

Called by running_batch.py. A token more, a row more or a row less copies nothing but itself;
the caches of transformers copy everything at each of these.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any, cast

import torch
from transformers.cache_utils import Cache, DynamicLayer

ROOM_TOKENS = 64
STATES = ("conv_states", "recurrent_states")  # of layers of linear attention


class RowCache(Cache):
    """A cache whose rows are right-aligned and join and leave between two tokens.

    Layers of linear attention have states, which have no width; other layers keys and values.

    Args:
        prefilled: the first rows; it is left as it is.
    """

    def __init__(self, prefilled: Cache) -> None:
        super().__init__(layers=[_started(layer) for layer in prefilled.layers])

    def add(self, prefilled: Cache) -> None:
        """Appends the rows of a cache."""
        for own, new in zip(self.layers, prefilled.layers, strict=True):
            if isinstance(own, RowLayer):
                own.add(cast(DynamicLayer, new))
            else:
                _replace_states(own, new, lambda state, other: torch.cat([state, other]))

    def keep(self, order: Sequence[int], *, unused: int) -> None:
        """Leaves the rows in this order, without the first `unused` columns.

        `order` keeps a row's place wherever it can; see `order_of_kept`.
        """
        chosen = torch.tensor(order)
        for layer in self.layers:
            if isinstance(layer, RowLayer):
                layer.keep(order, unused=unused)
            else:
                _replace_states(layer, layer, lambda state, _: state[chosen.to(state.device)])


def order_of_kept(rows: Sequence[int]) -> list[int]:
    """The same rows, ascending, with the last ones moved into the gaps before them."""
    kept = set(rows)
    last = [row for row in rows if row >= len(rows)]
    return [place if place in kept else last.pop() for place in range(len(rows))]


class RowLayer(DynamicLayer):
    """Keys and values of one layer: a window, (rows, heads, width, D), in one buffer for both."""

    def __init__(self, keys: torch.Tensor, values: torch.Tensor) -> None:
        super().__init__()
        self.lazy_initialization(keys, values)
        self._rows = self._left = self._right = 0
        self._buffer = keys.new_empty(2, 0, keys.shape[1], 0, keys.shape[3])
        self._append_rows(keys, values)

    def add(self, other: DynamicLayer) -> None:
        """Appends another layer's rows."""
        self._append_rows(cast(torch.Tensor, other.keys), cast(torch.Tensor, other.values))

    def update(
        self, key_states: torch.Tensor, value_states: torch.Tensor, *args: Any, **kwargs: Any
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Appends columns, as transformers' own layer does."""
        added = key_states.shape[2]
        if self._right + added > self._buffer.shape[3]:
            self._move(rows=self._rows, right=added)
        end = self._right + added
        self._buffer[0, : self._rows, :, self._right : end] = key_states
        self._buffer[1, : self._rows, :, self._right : end] = value_states
        self._right = end
        return self._show()

    def keep(self, order: Sequence[int], *, unused: int) -> None:
        """Moves what is not at its place and forgets the rest."""
        for place, row in enumerate(order):
            if place != row:
                self._buffer[:, place] = self._buffer[:, row]
        self._rows = len(order)
        self._left += unused
        self._show()

    def _append_rows(self, keys: torch.Tensor, values: torch.Tensor) -> None:
        added, width = keys.shape[0], keys.shape[2]
        wider = max(0, width - (self._right - self._left))
        rows = self._rows + added
        if rows > self._buffer.shape[1] or wider > self._left:
            self._move(rows=rows, left=wider)
        # Masked, but a number that is none would spoil what it is multiplied with.
        self._buffer[:, : self._rows, :, self._left - wider : self._left] = 0
        self._left -= wider
        begin = self._right - width
        new = self._buffer[:, self._rows : rows]
        new[:, :, :, self._left : begin] = 0
        new[0, :, :, begin : self._right] = keys
        new[1, :, :, begin : self._right] = values
        self._rows = rows
        self._show()

    def _move(self, *, rows: int, left: int = 0, right: int = 0) -> None:
        """Into a buffer with room for so many rows, and columns more on either side."""
        old, width = self._buffer[:, : self._rows], self._right - self._left
        capacity = max(self._buffer.shape[1], rows + self._rows if rows > self._rows else 0)
        begin = left + ROOM_TOKENS
        shape = (2, capacity, old.shape[2], begin + width + right + ROOM_TOKENS, old.shape[4])
        self._buffer = old.new_empty(shape)
        self._buffer[:, : self._rows, :, begin : begin + width] = old[
            :, :, :, self._left : self._right
        ]
        self._left, self._right = begin, begin + width

    def _show(self) -> tuple[torch.Tensor, torch.Tensor]:
        self.keys, self.values = self._buffer[:, : self._rows, :, self._left : self._right]
        return self.keys, self.values


def _started(layer: Any) -> Any:
    if type(layer) is DynamicLayer:
        return RowLayer(cast(torch.Tensor, layer.keys), cast(torch.Tensor, layer.values))
    return copy.deepcopy(layer)


def _replace_states(
    layer: Any, other: Any, change: Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
) -> None:
    """Puts a change of its own state and the other layer's in the place of each."""
    for name in STATES:
        held, others = getattr(layer, name), getattr(other, name)
        for key, state in held.items():
            held[key] = change(state, others[key])
