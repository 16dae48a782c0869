"""Reading prompts before they are answered: keys and values of all their tokens.

Called by `TransformersVLM`; `RunningBatch` goes on from what this returns.
"""

from __future__ import annotations

import copy
import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
from transformers import DynamicCache
from transformers.modeling_outputs import BaseModelOutputWithPooling

from models.base import Drawing

# Prompts of nearly equal length get the same shape, so that their time tells nothing.
PROMPT_MULTIPLE_TOKENS = 16
MAX_BEGINNINGS = 16


class Prompt(NamedTuple):
    """Token ids of a whole prompt, and the features of its picture, (tokens, hidden) a slice.

    `positions`, (3, tokens), where the model places a picture's tokens in height and width;
    whatever follows is `shift` away from its number in the row. `adapter_load` is the number of
    the load of the adapter that looked at it. `drawing` is how the answer's words are drawn.
    """

    ids: list[int]
    seen: list[torch.Tensor]
    positions: torch.Tensor | None = None
    shift: int = 0
    adapter_load: int | None = None
    drawing: Drawing = Drawing()


class Prefilled(NamedTuple):
    """Prompts that were read side by side.

    `mask`, (rows, width), is 1 where attended; `scores`, (rows, V), of each answer's first token.
    """

    prompts: Sequence[Prompt]
    cache: DynamicCache
    mask: torch.Tensor
    scores: torch.Tensor


class Prepared(NamedTuple):
    """A prompt, and what reading it gave where that was done ahead."""

    prompt: Prompt
    read: Prefilled | None = None


class Prefiller:
    """Reads prompts, several padded on the left to one width, or one after a known beginning.

    Args:
        model: a model with a picture part, whose `model` takes embeddings of pictures.
        pad_id: the token that fills up on the left; never attended to.
    """

    def __init__(self, model: Any, *, pad_id: int) -> None:
        self._model = model
        self._pad_id = pad_id
        self._lock = threading.Lock()
        self._beginnings: OrderedDict[tuple[int | None, tuple[int, ...]], Prefilled] = OrderedDict()

    def read(self, prompts: Sequence[Prompt]) -> Prefilled:
        """All of them in one forward pass."""
        ids, mask = self._padded(prompts)
        return self._forward(prompts, ids, mask, self._empty_cache())

    def read_one(self, prompt: Prompt) -> Prefilled:
        """One prompt; what stands before its picture is read once for all who are told the same.

        What follows is not remembered: on a trap the instruction may change from question to
        question, so a quicker second answer would tell which pictures are none.
        """
        length = self._beginning_length(prompt)
        beginning = self._beginning(prompt.adapter_load, prompt.ids[:length])
        ids = self._tensor([prompt.ids[length:]])
        mask = torch.cat([beginning.mask, torch.ones_like(ids)], dim=1)
        return self._forward([prompt], ids, mask, copy.deepcopy(beginning.cache))

    def text_scores(self, prompts: Sequence[Prompt], said: Sequence[list[int]]) -> list[float]:
        """Log-likelihood of these tokens as what each prompt is answered with."""
        whole = [continued(prompt, ids) for prompt, ids in zip(prompts, said, strict=True)]
        ids, mask = self._padded(whole)
        pictures = _pictures(whole)
        hidden = read_states(
            self._model, ids, mask, self._empty_cache(),
            positions=prompt_positions(whole, mask), mm_encoder_outputs=pictures,
        )  # fmt: skip
        last = max(map(len, said)) + 1
        scores = self._model.get_output_embeddings()(hidden[:, -last:]).float().log_softmax(-1)
        return [
            float(row[last - 1 - len(own) : last - 1][range(len(own)), own].sum())  # of (n, V)
            for row, own in zip(scores, said, strict=True)
        ]

    def _padded(self, prompts: Sequence[Prompt]) -> tuple[torch.Tensor, torch.Tensor]:
        """Token ids and mask, (rows, width)."""
        width = rounded_up(max(len(prompt.ids) for prompt in prompts))
        missing = [width - len(prompt.ids) for prompt in prompts]
        ids = [[self._pad_id] * m + p.ids for m, p in zip(missing, prompts, strict=True)]
        return self._tensor(ids), self._tensor([[0] * m + [1] * (width - m) for m in missing])

    def _beginning_length(self, prompt: Prompt) -> int:
        """Tokens before the picture that are numbered one after another.

        A model may count the marker before a picture as a part of it.
        """
        length = prompt.ids.index(self._model.config.image_token_id)
        if prompt.positions is None:
            return length
        before = prompt.positions[:, :length]
        is_counted = (before == torch.arange(length, device=before.device)).all(0)
        return int(is_counted.long().cumprod(0).sum())

    def _beginning(self, adapter_load: int | None, ids: list[int]) -> Prefilled:
        """The text before a picture, read under this adapter or remembered."""
        key = (adapter_load, tuple(ids))
        with self._lock:
            found = self._beginnings.pop(key, None)
        found = self.read([Prompt(ids, [])]) if found is None else found
        with self._lock:
            self._beginnings[key] = found
            if len(self._beginnings) > MAX_BEGINNINGS:
                self._beginnings.popitem(last=False)
        return found

    def _forward(
        self, prompts: Sequence[Prompt], ids: torch.Tensor, mask: torch.Tensor, cache: DynamicCache
    ) -> Prefilled:
        pictures = _pictures(prompts)
        positions = prompt_positions(prompts, mask)[..., -ids.shape[1] :]
        scores = next_scores(
            self._model, ids, mask, cache, positions=positions, mm_encoder_outputs=pictures
        )
        return Prefilled(prompts, cache, mask, scores)

    def _empty_cache(self) -> DynamicCache:
        return DynamicCache(config=self._model.config)

    def _tensor(self, rows: list[list[int]]) -> torch.Tensor:
        return torch.tensor(rows, device=self._model.device)


def _pictures(prompts: Sequence[Prompt]) -> dict[str, Any] | None:
    """Features of all pictures as the model takes them."""
    seen = [slice_ for prompt in prompts for slice_ in prompt.seen]
    return {"image": BaseModelOutputWithPooling(pooler_output=seen)} if seen else None


def continued(prompt: Prompt, ids: list[int]) -> Prompt:
    """The prompt with these tokens after it."""
    positions = prompt.positions
    if positions is not None:
        first = len(prompt.ids) + prompt.shift
        after = torch.arange(first, first + len(ids), device=positions.device)
        positions = torch.cat([positions, after.expand(3, -1)], dim=1)  # (3, tokens)
    return prompt._replace(ids=prompt.ids + ids, positions=positions)


def rounded_up(tokens: int) -> int:
    """The next multiple of `PROMPT_MULTIPLE_TOKENS`."""
    return -(-tokens // PROMPT_MULTIPLE_TOKENS) * PROMPT_MULTIPLE_TOKENS


def next_scores(
    model: Any,
    ids: torch.Tensor,
    mask: torch.Tensor,
    cache: Any,
    *,
    positions: torch.Tensor,
    **pictures: Any,
) -> torch.Tensor:
    """How likely each token is to come next, (rows, V), after the tokens (rows, n).

    `positions` are (rows, n), or (3, rows, n) in time, height and width.
    """
    hidden = read_states(model, ids, mask, cache, positions=positions, **pictures)
    scores: torch.Tensor = model.get_output_embeddings()(hidden[:, -1])
    return scores


def read_states(
    model: Any,
    ids: torch.Tensor,
    mask: torch.Tensor,
    cache: Any,
    *,
    positions: torch.Tensor,
    **pictures: Any,
) -> torch.Tensor:
    """The last layer's states, (rows, n, D); positions as for `next_scores`."""
    states: torch.Tensor = model.model(
        input_ids=ids,
        attention_mask=mask,
        position_ids=positions,
        past_key_values=cache,
        use_cache=True,
        **pictures,
    ).last_hidden_state
    return states


def counted_positions(mask: torch.Tensor) -> torch.Tensor:
    """Tokens numbered from 0 in each row, padding left out, (rows, width)."""
    return (mask.cumsum(-1) - 1).clamp(min=0)


def prompt_positions(prompts: Sequence[Prompt], mask: torch.Tensor) -> torch.Tensor:
    """Positions of whole prompts: as the model placed them, else counted."""
    counted = counted_positions(mask)
    if prompts[0].positions is None:
        return counted
    placed = counted.expand(3, *counted.shape).clone()  # (3, rows, width)
    for row, prompt in enumerate(prompts):
        if prompt.positions is not None:
            placed[:, row, -len(prompt.ids) :] = prompt.positions.to(mask.device)
    return placed
