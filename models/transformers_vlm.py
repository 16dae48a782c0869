"""MiniCPM-V through transformers: loads a folder, answers side by side, in fp32, bf16 or NF4.

`registry.load_model` makes these. Batcher prepares in one thread and serves in another.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from transformers import AutoModelForImageTextToText, BatchFeature
from transformers.generation.streamers import BaseStreamer

from models.answer_rows import AnswerRow, answer_all, without_ragged_end
from models.base import Ask, Reply, Request
from models.chat_markers import chat_markers, end_ids, without_markers
from models.checkpoints import plan_loading, telling_load_failures
from models.picture_memory import PictureMemory
from models.pocket_architecture import load_processor
from models.running_batch import Prompt, RunningBatch

MODEL_TYPES = ("minicpmv4_6",)
LANGUAGE_PARTS = ("model.language_model", "lm_head")  # no part of the eye
MODEL_INPUTS = ("input_ids", "attention_mask", "pixel_values", "target_sizes")


class TransformersVLM:
    """A vision-language model of transformers behind the contract of `VisionModel`.

    Answers are greedy, so a row says the same alone as in any batch.
    """

    adapter: str | None = None

    def __init__(self, model: Any, processor: Any, *, name: str, quantization: str) -> None:
        self.name = name
        self.quantization = quantization
        self._model = model.eval()
        self._processor = processor
        self._tokenizer = processor.tokenizer
        self._markers = chat_markers(self._tokenizer)
        self._memory = PictureMemory()
        self._end_ids = end_ids(model, self._tokenizer)

    @classmethod
    def load(
        cls, folder: Path, *, name: str, quantize: str | None = None, device: str = "auto"
    ) -> TransformersVLM:
        """Reads a checkpoint folder; nothing is fetched.

        Args:
            folder: config.json, weights, tokenizer and processor settings.
            name: what answers are recorded under.
            quantize: "nf4" for 4 bit through bitsandbytes; None for fp32, on a GPU bf16.
            device: "auto", "cpu" or "cuda".

        Raises:
            ModelError: no checkpoint there, another architecture, or it can't be read.
        """
        plan = plan_loading(folder, model_types=MODEL_TYPES, quantize=quantize, device=device)
        with telling_load_failures(folder):
            model = AutoModelForImageTextToText.from_pretrained(
                folder, local_files_only=True, **plan.options
            )
            processor = load_processor(folder)
        loaded = cls(model, processor, name=name, quantization=plan.label)
        loaded.warm_up()
        return loaded

    def warm_up(self) -> None:
        """Answers once for nobody: a first answer takes many times as long as the next."""
        self.answer([Ask(Image.new("RGB", (64, 48)), "Ready?", "Answer.", max_tokens=2)])

    @property
    def weights_mib(self) -> float:
        """Memory of the weights as they are loaded."""
        return float(self._model.get_memory_footprint()) / 2**20

    @torch.inference_mode()
    def prepare(self, ask: Ask) -> Ask:
        """The ask with its prompt in tokens and its picture looked at, or remembered."""
        if ask.prepared is not None:
            return ask
        batch = self._process(ask)
        seen = self._memory.features_of(ask, look=lambda: self._look(batch))
        return replace(ask, prepared=Prompt(batch["input_ids"][0].tolist(), seen))

    def _look(self, batch: BatchFeature) -> list[torch.Tensor]:
        """Features of a picture, (tokens, hidden) a slice."""
        pixels = batch["pixel_values"].to(self._model.device)
        features = self._model.get_image_features(pixels, batch["target_sizes"])
        return list(features.pooler_output)

    @cached_property
    def eye(self) -> str:
        """The model's name and a fingerprint of all weights that pictures go through."""
        digest = hashlib.blake2b(digest_size=4)
        for name, weights in self._model.named_parameters():
            if not name.startswith(LANGUAGE_PARTS):
                digest.update(f"{name} {weights.detach().double().sum().item():.6g}".encode())
        return f"{self.name} {digest.hexdigest()}"

    @torch.inference_mode()
    def picture_features(self, picture: Image.Image) -> np.ndarray:
        """(D,) the mean of the picture's tokens, as the language model gets them."""
        seen = self._look(self._process(Ask(picture, "", "")))
        return torch.cat(seen).float().mean(dim=0).cpu().numpy()

    def answer(self, asks: list[Ask]) -> list[Reply]:
        """Greedy answers to all asks side by side, in their order."""
        return answer_all(self.serve, asks)

    @torch.inference_mode()
    def serve(self, take: Callable[[int], Sequence[Request]]) -> None:
        """Answers whatever is handed over, until there is nothing more and nothing runs."""
        batch = RunningBatch(self._model, pad_id=self._tokenizer.pad_token_id)
        rows: list[AnswerRow] = []
        while True:
            rows += self._admit(take(len(rows)), batch)
            if not rows:
                return
            for row, token in zip(rows, batch.step(), strict=True):
                row.add(token)
            going = [number for number, row in enumerate(rows) if not row.is_over]
            batch.keep(going)
            rows = [rows[number] for number in going]

    def _admit(self, requests: Sequence[Request], batch: RunningBatch) -> list[AnswerRow]:
        """Newcomers with their first token, which is told at once."""
        if not requests:
            return []
        started = time.monotonic()
        rows = [
            AnswerRow(request, end_ids=self._end_ids, decode=self._decode, started=started)
            for request in requests
        ]
        first = batch.admit([self.prepare(request.ask).prepared for request in requests])
        for row, token in zip(rows, first, strict=True):
            row.add(token)
        return rows

    @torch.inference_mode()
    def answer_by_generate(self, ask: Ask) -> Reply:
        """One answer by transformers' own `generate`, which tests and benchmarks compare with."""
        started = time.monotonic()
        batch = self._process(ask).to(self._model.device)
        told = _FirstWord()
        ids = self._model.generate(
            **{key: batch[key] for key in MODEL_INPUTS},
            streamer=told,
            max_new_tokens=ask.max_tokens,
            do_sample=False,
            eos_token_id=sorted(self._end_ids),
            pad_token_id=self._tokenizer.pad_token_id,
        )[0, batch["input_ids"].shape[1] :].tolist()
        said = [token for token in ids if token not in self._end_ids]
        latency_s = time.monotonic() - started
        text = without_ragged_end(self._decode(said))
        return Reply(text, len(said), latency_s, first_word_s=told.at - started)

    def prompt_tokens(self, ask: Ask) -> int:
        """Length of a question's whole prompt, picture included, before padding."""
        return int(self._process(ask)["input_ids"].shape[1])

    def _process(self, ask: Ask) -> BatchFeature:
        return self._processor(
            images=[[ask.image.convert("RGB")]], text=[self._prompt(ask)], return_tensors="pt"
        )

    def _prompt(self, ask: Ask) -> str:
        conversation = [
            {"role": "system", "content": [{"type": "text", "text": ask.system}]},
            {
                "role": "user",
                "content": [
                    {"type": "image"},
                    {"type": "text", "text": without_markers(ask.question, self._markers)},
                ],
            },
        ]
        return str(self._processor.apply_chat_template(conversation, add_generation_prompt=True))

    def _decode(self, ids: list[int]) -> str:
        return str(self._tokenizer.decode(ids, skip_special_tokens=True))


class _FirstWord(BaseStreamer):
    """Notes when the first token was there; the prompt is told before it."""

    def __init__(self) -> None:
        self.at = 0.0
        self._told = 0

    def put(self, value: torch.Tensor) -> None:
        """Count what is told."""
        self._told += 1
        if self._told == 2:
            self.at = time.monotonic()

    def end(self) -> None:
        """Nothing is left to note."""
