"""MiniCPM-V and Qwen-VL through transformers: loads a folder, answers side by side.

`registry.load_model` makes these. Batcher prepares in one thread and serves in another.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from transformers import AutoModelForImageTextToText, BatchFeature
from transformers.generation.streamers import BaseStreamer

from models.adapters import Adapters
from models.answer_rows import AnswerRow, answer_all, without_ragged_end
from models.base import Ask, Reply, Request
from models.chat_markers import chat_markers, end_ids
from models.chat_prompts import chat_prompt
from models.checkpoints import plan_loading, telling_load_failures
from models.picture_memory import PictureMemory
from models.processors import PARTS, load_picture_processor
from models.running_batch import Prompt, RunningBatch
from models.weight_lock import WeightLock

LANGUAGE_PARTS = ("model.language_model", "lm_head")  # no part of the eye
MODEL_TYPES = tuple(PARTS)
PICTURE_SHAPES = ("target_sizes", "image_grid_thw")  # as MiniCPM and Qwen call them
MODEL_INPUTS = ("input_ids", "attention_mask", "pixel_values", "mm_token_type_ids", *PICTURE_SHAPES)


class TransformersVLM:
    """A vision-language model of transformers behind the contract of `VisionModel`.

    A greedy answer is the same alone as in any batch; a drawn one has dice of its own.
    """

    def __init__(self, model: Any, processor: Any, *, name: str, quantization: str) -> None:
        self.name = name
        self.quantization = quantization
        self._model = model.eval()
        self._processor = processor
        self._tokenizer = processor.tokenizer
        self._markers = chat_markers(self._tokenizer)
        self._memory = PictureMemory()
        self._lock = WeightLock()
        self.adapters = Adapters(model, lock=self._lock)
        self._places_pictures = hasattr(model.model, "get_rope_index")
        self._eyes: dict[str | None, str] = {}
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
            processor = load_picture_processor(folder, model.config.model_type)
        loaded = cls(model, processor, name=name, quantization=plan.label)
        loaded.warm_up()
        return loaded

    def warm_up(self) -> None:
        """Answers once for nobody: a first answer takes many times as long as the next."""
        self.answer([Ask(Image.new("RGB", (64, 48)), "Ready?", "Answer.", max_tokens=2)])

    @property
    def adapter(self) -> str | None:
        """The adapter that answers new questions."""
        return self.adapters.chosen

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
        with self._lock.computing():
            adapter = self.adapters.active
            # An adapter may change how pictures are seen, so each has its own memory of them.
            remembered = replace(ask, scope=ask.scope and f"{adapter or ''} {ask.scope}")
            seen = self._memory.features_of(remembered, look=lambda: self._look(batch))
            ids = batch["input_ids"][0].tolist()
            prompt = Prompt(ids, seen, *self._place(batch), adapter, ask)
        return replace(ask, prepared=prompt)

    def _prepare_for(self, ask: Ask, adapter: str | None) -> Prompt:
        """Its prompt; looked at again if that was under another adapter."""
        if ask.prepared is not None and ask.prepared.adapter != adapter:
            ask = replace(ask, prepared=None)
        prompt: Prompt = self.prepare(ask).prepared
        return prompt

    def _look(self, batch: BatchFeature) -> list[torch.Tensor]:
        """Features of a picture, (tokens, hidden) a slice."""
        pixels = batch["pixel_values"].to(self._model.device)
        features = self._model.get_image_features(pixels, picture_shape(batch).popitem()[1])
        return list(features.pooler_output)

    @property
    def eye(self) -> str:
        """The model's name and a fingerprint of all weights that pictures go through."""
        active = self.adapters.active
        if active not in self._eyes:
            self._eyes[active] = f"{self.name} {self._eye_digest(active)}"
        return self._eyes[active]

    def _eye_digest(self, adapter: str | None) -> str:
        digest = hashlib.blake2b(digest_size=4)
        for name, weights in self._model.named_parameters():
            is_asleep = "lora_" in name and f".{adapter}." not in name
            if not is_asleep and not name.startswith(LANGUAGE_PARTS):
                name = name.replace(".base_layer", "")
                digest.update(f"{name} {weights.detach().double().sum().item():.6g}".encode())
        return digest.hexdigest()

    @torch.inference_mode()
    def picture_features(self, picture: Image.Image) -> np.ndarray:
        """(D,) the mean of the picture's tokens, as the language model gets them."""
        batch = self._process(Ask(picture, "", ""))
        with self._lock.computing():
            seen = self._look(batch)
        return torch.cat(seen).float().mean(dim=0).cpu().numpy()

    def _place(self, batch: BatchFeature) -> tuple[torch.Tensor | None, int]:
        """Positions in time, height and width, (3, n), and how far later ones are shifted.

        None and 0 for a model that numbers its tokens one after another.
        """
        if not self._places_pictures:
            return None, 0
        positions, shifts = self._model.model.get_rope_index(
            batch["input_ids"],
            mm_token_type_ids=batch["mm_token_type_ids"],
            **picture_shape(batch),
        )
        return positions[:, 0], int(shifts.flatten()[0])

    def answer(self, asks: list[Ask]) -> list[Reply]:
        """Answers to all asks side by side, in their order."""
        return answer_all(self.serve, asks)

    @torch.inference_mode()
    def serve(self, take: Callable[[int], Sequence[Request]]) -> None:
        """Answers whatever is handed over, until there is nothing more and nothing runs."""
        batch = RunningBatch(self._model, pad_id=self._tokenizer.pad_token_id)
        rows: list[AnswerRow] = []
        try:
            while True:
                if not rows:
                    self.adapters.rest()
                if not self.adapters.is_switch_due:
                    rows += self._admit(take(len(rows)), batch)
                    if not rows:
                        return
                rows = self._go_on(rows, batch)
        finally:
            self.adapters.rest()

    def _go_on(self, rows: list[AnswerRow], batch: RunningBatch) -> list[AnswerRow]:
        """One more token for every row; those that are not over."""
        with self._lock.computing():
            tokens = batch.step()
        for row, token in zip(rows, tokens, strict=True):
            row.add(token)
        going = [number for number, row in enumerate(rows) if not row.is_over]
        batch.keep(going)
        return [rows[number] for number in going]

    def _admit(self, requests: Sequence[Request], batch: RunningBatch) -> list[AnswerRow]:
        """Newcomers with their first token, which is told at once."""
        if not requests:
            return []
        started = time.monotonic()
        adapter = self.adapters.begin()
        rows = [
            AnswerRow(
                request,
                end_ids=self._end_ids,
                decode=self._decode,
                started=started,
                adapter=adapter,
            )
            for request in requests
        ]
        prompts = [self._prepare_for(request.ask, adapter) for request in requests]
        with self._lock.computing():
            first = batch.admit(prompts)
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
            **{key: batch[key] for key in MODEL_INPUTS if key in batch},
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
            images=[[ask.image.convert("RGB")]],
            text=[self._prompt(ask)],
            return_tensors="pt",
            return_mm_token_type_ids=self._places_pictures,
        )

    def _prompt(self, ask: Ask) -> str:
        return chat_prompt(
            self._processor, system=ask.system, question=ask.question, markers=self._markers
        )

    def _decode(self, ids: list[int]) -> str:
        return str(self._tokenizer.decode(ids, skip_special_tokens=True))


def picture_shape(batch: BatchFeature) -> dict[str, torch.Tensor]:
    """Height and width of the slices in patches, under the model's own name."""
    return {name: batch[name] for name in PICTURE_SHAPES if name in batch}


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
