"""Llama through transformers: writes text from a folder's checkpoint, in fp32, bf16 or NF4.

`registry.load_language_model` makes these, for refining, judging and synthesis.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from models.base import Drawing, Reply, TextAsk
from models.chat_markers import chat_markers, end_ids, without_markers
from models.checkpoints import plan_loading, telling_load_failures
from models.errors import ModelError
from models.first_token import FirstToken

MODEL_TYPES = ("llama",)
MAX_ROWS = 8  # written side by side


class LlamaWriter:
    """A Llama of transformers behind the contract of `LanguageModel`."""

    adapter: str | None = None

    def __init__(self, model: Any, tokenizer: Any, *, name: str, quantization: str) -> None:
        self.name = name
        self.quantization = quantization
        self._model = model.eval()
        self._tokenizer = tokenizer
        self._markers = chat_markers(tokenizer)
        self._end_ids = end_ids(model, tokenizer)
        self._pad_id = tokenizer.pad_token_id or min(self._end_ids)
        self._lock = threading.Lock()

    @classmethod
    def load(
        cls, folder: Path, *, name: str, quantize: str | None = None, device: str = "auto"
    ) -> LlamaWriter:
        """Reads a checkpoint folder; nothing is fetched.

        Args:
            folder: config.json, weights, tokenizer with a chat template.
            name: what replies are recorded under.
            quantize: "nf4" for 4 bit through bitsandbytes; None for fp32, on a GPU bf16.
            device: "auto", "cpu" or "cuda".

        Raises:
            ModelError: no checkpoint there, another architecture, or it can't be read.
        """
        plan = plan_loading(folder, model_types=MODEL_TYPES, quantize=quantize, device=device)
        with telling_load_failures(folder):
            model = AutoModelForCausalLM.from_pretrained(
                folder, local_files_only=True, **plan.options
            )
            tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        if not tokenizer.chat_template:
            raise ModelError(
                f"The checkpoint at '{folder}' has no chat template, so it can't be instructed. "
                "Choose its Instruct version."
            )
        return cls(model, tokenizer, name=name, quantization=plan.label)

    def write(self, asks: Sequence[TextAsk]) -> list[Reply]:
        """A reply to each ask, in their order; times are those of the batch it was written in.

        Greedy asks are written side by side, drawn ones alone, so that neighbours change nothing.

        Raises:
            ModelError: a prompt is longer than the model reads.
        """
        greedy = [n for n, ask in enumerate(asks) if ask.temperature == 0]
        batches = [greedy[n : n + MAX_ROWS] for n in range(0, len(greedy), MAX_ROWS)]
        batches += [[n] for n, ask in enumerate(asks) if ask.temperature > 0]
        replies: dict[int, Reply] = {}
        with self._lock:
            for batch in batches:
                written = self._write_batch([asks[n] for n in batch])
                replies.update(zip(batch, written, strict=True))
        return [replies[n] for n in range(len(asks))]

    @torch.inference_mode()
    def _write_batch(self, asks: list[TextAsk]) -> list[Reply]:
        started = time.monotonic()
        rows = [self._tokenize(ask) for ask in asks]
        width = max(len(row) for row in rows)
        ids = [[self._pad_id] * (width - len(row)) + row for row in rows]
        mask = [[0] * (width - len(row)) + [1] * len(row) for row in rows]
        first = FirstToken()
        with drawing_by(asks[0], device=self._model.device):
            said = self._model.generate(
                input_ids=torch.tensor(ids, device=self._model.device),
                attention_mask=torch.tensor(mask, device=self._model.device),
                max_new_tokens=max(ask.max_tokens for ask in asks),
                streamer=first,
                eos_token_id=sorted(self._end_ids),
                pad_token_id=self._pad_id,
                **sampling(asks[0]),
            )[:, width:].tolist()
        latency_s, first_word_s = time.monotonic() - started, first.at - started
        texts = [self._cut(row, ask.max_tokens) for row, ask in zip(said, asks, strict=True)]
        return [Reply(self._decode(row), len(row), latency_s, first_word_s) for row in texts]

    def _tokenize(self, ask: TextAsk) -> list[int]:
        said = {"system": ask.system, "user": without_markers(ask.prompt, self._markers)}
        conversation = [{"role": who, "content": text} for who, text in said.items() if text]
        prompt = self._tokenizer.apply_chat_template(
            conversation, add_generation_prompt=True, tokenize=False
        )
        ids = list(self._tokenizer(prompt, add_special_tokens=False).input_ids)
        limit = self._model.config.max_position_embeddings
        if len(ids) + ask.max_tokens > limit:
            raise ModelError(
                f"The text is {len(ids)} tokens long, and '{self.name}' reads and writes {limit} "
                f"together, {ask.max_tokens} of them for its reply. Shorten it."
            )
        return ids

    def _cut(self, ids: list[int], max_tokens: int) -> list[int]:
        """The row up to its end mark and its own limit."""
        for place, token in enumerate(ids[:max_tokens]):
            if token in self._end_ids:
                return ids[:place]
        return ids[:max_tokens]

    def _decode(self, ids: list[int]) -> str:
        return str(self._tokenizer.decode(ids, skip_special_tokens=True)).strip()


@contextmanager
def drawing_by(ask: TextAsk, *, device: torch.device) -> Iterator[None]:
    """Seeds what is drawn inside, and leaves everybody else's random numbers as they were."""
    if ask.temperature == 0:
        yield
        return
    with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
        torch.manual_seed(ask.seed)
        yield


def sampling(drawing: Drawing) -> dict[str, Any]:
    """Arguments for `generate`; the checkpoint's own defaults are set aside."""
    if drawing.temperature == 0:
        return {"do_sample": False, "temperature": None, "top_p": None, "top_k": None}
    return {
        "do_sample": True,
        "temperature": drawing.temperature,
        "top_p": drawing.top_p,
        "top_k": drawing.top_k,
        "repetition_penalty": drawing.repetition_penalty,
    }
