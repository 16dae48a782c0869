"""MiniCPM-V and Qwen-VL through transformers: loads a folder, answers side by side.

`registry.load_model` makes these. Batcher prepares in one thread and serves in another.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from transformers import BatchFeature

from models.adapters import Adapters
from models.answer_rows import AnswerRow, answer_all, without_ragged_end
from models.base import Ask, Reply, Request
from models.chat_markers import chat_markers, end_ids, without_markers
from models.chat_prompts import chat_prompt
from models.checkpoints import plan_loading
from models.errors import ModelError
from models.first_token import FirstToken
from models.picture_memory import PictureMemory, SeenPicture
from models.prefill import Prefiller, Prepared, Prompt
from models.processors import PARTS
from models.running_batch import RunningBatch
from models.vision_checkpoint import load_vision_checkpoint
from models.weight_lock import WeightLock

LANGUAGE_PARTS = ("model.language_model", "lm_head")  # no part of the eye
MODEL_TYPES = tuple(PARTS)
SCORED_AT_ONCE = 8  # prompts whose answers are scored side by side
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
        self._image_id = model.config.image_token_id
        self._places_pictures = hasattr(model.model, "get_rope_index")
        self._eyes: dict[int | None, str] = {}
        self._end_ids = end_ids(model, self._tokenizer)
        self._prefiller = Prefiller(model, pad_id=self._tokenizer.pad_token_id)
        self.serves_on_cpu = model.device.type == "cpu"

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
        model, processor = load_vision_checkpoint(folder, plan.options)
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
        """The ask with its picture looked at, or remembered, and its prompt in tokens.

        On a CPU the prompt is read too; a GPU reads several side by side, when they join.
        """
        if ask.prepared is not None:
            return ask
        with self._lock.computing():
            prompt = self._prompt_of(ask)
            read = self._prefiller.read_one(prompt) if self.serves_on_cpu else None
        return replace(ask, prepared=Prepared(prompt, read))

    def _prompt_of(self, ask: Ask) -> Prompt:
        """The ask in tokens, its pictures looked at; several are remembered one by one."""
        load = self.adapters.active_load
        # An adapter may change how pictures are seen, so each has its own memory of them.
        scope = ask.scope and f"{load} {ask.scope}"
        alone = [replace(ask, image=one, question="", placed=()) for one in ask.placed] or [ask]
        seen = [
            self._memory.recall(replace(one, scope=scope), look=partial(self._see, one))
            for one in alone
        ]
        texts = self._text_ids(ask)
        ids = texts[0] + [
            token
            for picture, text in zip(seen, texts[1:], strict=True)
            for token in (*picture.ids, *text)
        ]
        shape = {name: torch.cat([one.shape[name] for one in seen]) for name in seen[0].shape}
        features = [part for one in seen for part in one.features]
        return Prompt(ids, features, *self._place(ids, shape), load, ask)

    def _see(self, ask: Ask) -> SeenPicture:
        batch = self._process(ask)
        before, after = self._text_ids(ask)
        ids = between(batch["input_ids"][0].tolist(), before, after)
        return SeenPicture(ids, self._look(batch), picture_shape(batch))

    def _text_ids(self, ask: Ask) -> list[list[int]]:
        """Tokens of the prompt before its first picture, between pictures, and after the last."""
        parts: list[list[int]] = [[]]
        for token in self._tokenizer(self._prompt(ask)).input_ids:
            if token == self._image_id:
                parts.append([])
            else:
                parts[-1].append(token)
        return parts

    def _look(self, batch: BatchFeature) -> list[torch.Tensor]:
        """Features of a picture, (tokens, hidden) a slice."""
        pixels = batch["pixel_values"].to(self._model.device)
        features = self._model.get_image_features(pixels, picture_shape(batch).popitem()[1])
        return list(features.pooler_output)

    @property
    def eye(self) -> str:
        """The model's name and a fingerprint of its looks and of the weights they go through."""
        load = self.adapters.active_load
        if load not in self._eyes:
            self._eyes[load] = f"{self.name} {self._eye_digest(self.adapters.active)}"
        return self._eyes[load]

    def _eye_digest(self, adapter: str | None) -> str:
        looks = getattr(self._model.config, "looks_px", None)
        digest = hashlib.blake2b(f"{looks}".encode() if looks else b"", digest_size=4)
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

    def _place(
        self, ids: list[int], shape: dict[str, torch.Tensor]
    ) -> tuple[torch.Tensor | None, int]:
        """Positions in time, height and width, (3, n), and how far later ones are shifted.

        None and 0 for a model that numbers its tokens one after another.
        """
        if not self._places_pictures:
            return None, 0
        row = torch.tensor([ids])
        positions, shifts = self._model.model.get_rope_index(
            row, mm_token_type_ids=(row == self._image_id).int(), **shape
        )
        return positions[:, 0], int(shifts.flatten()[0])

    def answer(self, asks: list[Ask]) -> list[Reply]:
        """Answers to all asks side by side, in their order."""
        return answer_all(self.serve, asks)

    @torch.inference_mode()
    def serve(self, take: Callable[[int], Sequence[Request]]) -> None:
        """Answers whatever is handed over, until there is nothing more and nothing runs."""
        batch = RunningBatch(self._model)
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
        return [rows[number] for number in batch.keep(going)]

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
        for row, token in zip(rows, self._first_tokens(requests, batch), strict=True):
            row.add(token)
        return rows

    def _first_tokens(self, requests: Sequence[Request], batch: RunningBatch) -> list[int]:
        prepared = [self._prepared(request.ask) for request in requests]
        read = [one.read for one in prepared if one.read is not None]
        with self._lock.computing():
            read = read or [self._prefiller.read([one.prompt for one in prepared])]
            return [token for part in read for token in batch.join(part)]

    def _prepared(self, ask: Ask) -> Prepared:
        """What `prepare` made of the ask; made again if that was under another adapter."""
        prepared: Prepared = self.prepare(ask).prepared
        if prepared.prompt.adapter_load != self.adapters.active_load:
            prepared = self.prepare(replace(ask, prepared=None)).prepared
        return prepared

    @torch.inference_mode()
    def word_scores(self, asks: Sequence[Ask], words: Sequence[str]) -> np.ndarray:
        """(N, W) log-likelihood of each word as the first of the answer, by its first token.

        Raises:
            ModelError: two of the words begin with the same token.
        """
        tokens = [self._tokenizer(word, add_special_tokens=False).input_ids[0] for word in words]
        if len(set(tokens)) < len(tokens):
            raise ModelError(
                f"To '{self.name}' two of the words {', '.join(words)} begin alike, so their "
                "likelihoods can't be told apart. Choose other words."
            )
        rows = [np.empty((0, len(words)))]
        for first in range(0, len(asks), SCORED_AT_ONCE):
            with self._lock.computing():
                prompts = [self._prompt_of(ask) for ask in asks[first : first + SCORED_AT_ONCE]]
                scores = self._prefiller.read(prompts).scores.float().log_softmax(-1)  # (n, V)
            rows.append(scores[:, tokens].cpu().numpy())
        return np.concatenate(rows)

    @torch.inference_mode()
    def text_scores(self, asks: Sequence[Ask], texts: Sequence[str]) -> np.ndarray:
        """(N,) log-likelihood of each text as the whole answer to its ask, its end included."""
        told: list[float] = []
        for first in range(0, len(asks), SCORED_AT_ONCE):
            some = slice(first, first + SCORED_AT_ONCE)
            said = [self._answer_ids(text) for text in texts[some]]
            with self._lock.computing():
                prompts = [self._prompt_of(ask) for ask in asks[some]]
                told += self._prefiller.text_scores(prompts, said)
        return np.array(told)

    def _answer_ids(self, text: str) -> list[int]:
        clean = without_markers(text, self._markers).strip()
        end = self._tokenizer.eos_token_id
        ids = self._tokenizer(clean, add_special_tokens=False).input_ids
        return [*ids, end if end in self._end_ids else min(self._end_ids)]

    @torch.inference_mode()
    def answer_by_generate(self, ask: Ask) -> Reply:
        """One answer by transformers' own `generate`, which tests and benchmarks compare with."""
        started = time.monotonic()
        batch = self._process(ask).to(self._model.device)
        told = FirstToken()
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
            images=[[one.convert("RGB") for one in ask.placed or (ask.image,)]],
            text=[self._prompt(ask)],
            return_tensors="pt",
            return_mm_token_type_ids=self._places_pictures,
        )

    def _prompt(self, ask: Ask) -> str:
        return chat_prompt(
            self._processor,
            system=ask.system,
            question=ask.question,
            markers=self._markers,
            is_placed=bool(ask.placed),
        )

    def _decode(self, ids: list[int]) -> str:
        return str(self._tokenizer.decode(ids, skip_special_tokens=True))


def between(ids: list[int], before: list[int], after: list[int]) -> list[int]:
    """What stands between a known beginning and a known end.

    Raises:
        ValueError: it begins or ends otherwise.
    """
    end = len(ids) - len(after)
    if ids[: len(before)] != before or ids[end:] != after:
        raise ValueError("the processor changes more of a prompt than its picture's place")
    return ids[len(before) : end]


def picture_shape(batch: BatchFeature) -> dict[str, torch.Tensor]:
    """Height and width of the slices in patches, under the model's own name."""
    return {name: batch[name] for name in PICTURE_SHAPES if name in batch}
