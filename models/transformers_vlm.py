"""MiniCPM-V through transformers: loads a folder, answers in batches, in fp32, bf16 or NF4.

`registry.load_model` makes these; Batcher calls them from its one worker thread.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from safetensors import SafetensorError
from transformers import AutoModelForImageTextToText, BitsAndBytesConfig
from transformers.modeling_outputs import BaseModelOutputWithPooling

from models.answer_rows import AnswerRows
from models.base import Ask, Reply
from models.errors import ModelError
from models.picture_memory import PictureMemory
from models.pocket_architecture import load_processor

MODEL_TYPES = ("minicpmv4_6",)
QUANTIZATIONS = ("nf4",)
# Prompts of nearly equal length get the same shape, so that their time tells nothing.
PROMPT_MULTIPLE_TOKENS = 16
MAX_THREADS = 4
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
        self._tokenizer.padding_side = "left"
        self._markers = chat_markers(self._tokenizer)
        self._memory = PictureMemory()
        self._end_ids = end_ids(model, self._tokenizer)

    @classmethod
    def load(cls, folder: Path, *, name: str, quantize: str | None = None) -> TransformersVLM:
        """Reads a checkpoint folder; nothing is fetched.

        Args:
            folder: config.json, weights, tokenizer and processor settings.
            name: what answers are recorded under.
            quantize: "nf4" for 4 bit through bitsandbytes; None for fp32, on a GPU bf16.

        Raises:
            ModelError: no checkpoint there, another architecture, or it can't be read.
        """
        check_checkpoint(folder)
        torch.set_num_threads(compute_threads())
        options, label = weight_options(quantize)
        try:
            model = AutoModelForImageTextToText.from_pretrained(
                folder, local_files_only=True, **options
            )
            processor = load_processor(folder)
        except (OSError, ValueError, RuntimeError, SafetensorError) as err:
            raise ModelError(
                f"The checkpoint at '{folder}' can't be loaded: {err}. Restore or retrain it."
            ) from err
        loaded = cls(model, processor, name=name, quantization=label)
        loaded.warm_up()
        return loaded

    def warm_up(self) -> None:
        """Answers once for nobody: a first answer takes many times as long as the next."""
        self.answer([Ask(Image.new("RGB", (64, 48)), "Ready?", "Answer.", max_tokens=2)])

    @property
    def weights_mib(self) -> float:
        """Memory of the weights as they are loaded."""
        return float(self._model.get_memory_footprint()) / 2**20

    def prepare(self, ask: Ask) -> Ask:
        """The ask with its picture scaled to the size that the model sees."""
        return replace(ask, image=self._scaled(ask.image))

    def answer(self, asks: list[Ask]) -> list[Reply]:
        """One batch of greedy answers, in the order of `asks`."""
        return self.stream(asks, on_text=lambda _row, _text: None, is_cancelled=lambda _row: False)

    @torch.inference_mode()
    def stream(
        self,
        asks: list[Ask],
        *,
        on_text: Callable[[int, str], None],
        is_cancelled: Callable[[int], bool],
    ) -> list[Reply]:
        """Like `answer`, telling each row's text so far and stopping the cancelled ones."""
        if not asks:
            return []
        rows = AnswerRows(
            limits=[ask.max_tokens for ask in asks],
            end_ids=self._end_ids,
            decode=self._decode,
            on_text=on_text,
            is_cancelled=is_cancelled,
            started=time.monotonic(),
        )
        self._model.generate(
            **self._inputs(asks),
            stopping_criteria=[rows],
            max_new_tokens=max(ask.max_tokens for ask in asks),
            do_sample=False,
            eos_token_id=sorted(self._end_ids),
            pad_token_id=self._tokenizer.pad_token_id,
        )
        return rows.replies()

    def prompt_tokens(self, ask: Ask) -> int:
        """Length of a question's whole prompt, picture included, before padding."""
        batch = self._processor(images=[ask.image], text=[self._prompt(ask)])
        return int(batch["input_ids"].shape[1])

    def _inputs(self, asks: list[Ask]) -> dict[str, Any]:
        batch = self._processor(
            images=[[ask.image.convert("RGB")] for ask in asks],
            text=[self._prompt(ask) for ask in asks],
            padding=True,
            pad_to_multiple_of=PROMPT_MULTIPLE_TOKENS,
            return_tensors="pt",
        )
        batch = {key: batch[key].to(self._model.device) for key in MODEL_INPUTS}
        pixels, sizes = batch.pop("pixel_values"), batch.pop("target_sizes")
        seen = self._look(asks, pixels=pixels, sizes=sizes)
        pooled = BaseModelOutputWithPooling(pooler_output=seen)
        return {**batch, "mm_encoder_outputs": {"image": pooled}}

    def _look(
        self, asks: list[Ask], *, pixels: torch.Tensor, sizes: torch.Tensor
    ) -> list[torch.Tensor]:
        """Features of each slice, (tokens, hidden); remembered pictures aren't looked at again.

        Args:
            asks: the batch.
            pixels: (1, channels, patch, patches of all slices * patch), packed.
            sizes: (slices, 2), patches down and across.
        """
        if len(sizes) != len(asks):  # several slices a picture: not remembered
            return self._encode(pixels, sizes)
        known = [self._memory.recall(ask) for ask in asks]
        new = [row for row, features in enumerate(known) if features is None]
        if new:
            widths = (sizes.prod(-1) * pixels.shape[2]).tolist()
            packed = pixels.split(widths, dim=-1)
            found = self._encode(torch.cat([packed[row] for row in new], dim=-1), sizes[new])
            for row, features in zip(new, found, strict=True):
                known[row] = features
                self._memory.keep(asks[row], features)
        return [features for features in known if features is not None]

    def _encode(self, pixels: torch.Tensor, sizes: torch.Tensor) -> list[torch.Tensor]:
        return list(self._model.get_image_features(pixels, sizes).pooler_output)

    def _scaled(self, image: Image.Image) -> Image.Image:
        """What the processor would make of it first; unscaled where it would scale once more."""
        image = image.convert("RGB")
        settings = self._processor.image_processor
        if settings.slice_mode:
            return image
        size = self._seen_size((image.height, image.width))
        if self._seen_size(size) != size:
            return image
        return image.resize((size[1], size[0]), resample=settings.resample)

    def _seen_size(self, size: tuple[int, int]) -> tuple[int, int]:
        """(height, width) that the processor scales a picture of that height and width to."""
        settings = self._processor.image_processor
        height, width = settings.find_best_resize(
            size,
            settings.scale_resolution,
            settings.patch_size,
            downsample_mode=settings.downsample_mode,
            allow_upscale=True,
        )
        return height, width

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


def chat_markers(tokenizer: Any) -> tuple[str, ...]:
    """Every string that the tokenizer reads as a marker and not as text, longest first."""
    markers = {*tokenizer.get_added_vocab(), *tokenizer.all_special_tokens}
    return tuple(sorted(markers, key=len, reverse=True))


def without_markers(question: str, markers: tuple[str, ...]) -> str:
    """The question with chat markers blanked: a player can't end a turn or place a picture."""
    for marker in markers:
        question = question.replace(marker, " ")
    return question


def end_ids(model: Any, tokenizer: Any) -> frozenset[int]:
    """Token ids that end an answer, from the generation settings, else from the tokenizer."""
    found = model.generation_config.eos_token_id
    if found is None:
        found = tokenizer.eos_token_id
    return frozenset(found if isinstance(found, list) else [found])


def compute_threads() -> int:
    """Threads for the model: one core is left to whoever serves the answers.

    As many threads as cores made an answer of a small model ten times slower on a busy machine,
    because they wait for each other at every one of its many short operations.
    """
    has_affinity = hasattr(os, "sched_getaffinity")
    cores = len(os.sched_getaffinity(0)) if has_affinity else os.cpu_count() or 1
    return max(1, min(MAX_THREADS, cores - 1))


def check_checkpoint(folder: Path) -> None:
    """Refuses a folder that holds no checkpoint of an architecture that is served here."""
    try:
        model_type = json.loads((folder / "config.json").read_text(encoding="utf-8"))["model_type"]
    except (OSError, ValueError, KeyError) as err:
        raise ModelError(
            f"No checkpoint at '{folder}': its config.json can't be read. Check the path."
        ) from err
    if model_type not in MODEL_TYPES:
        raise ModelError(
            f"The checkpoint at '{folder}' is a '{model_type}'; "
            f"expected {' or '.join(MODEL_TYPES)}. Choose another folder, or --model pocket."
        )


def weight_options(quantize: str | None) -> tuple[dict[str, Any], str]:
    """Arguments for `from_pretrained`, and the label that answers are recorded with."""
    has_gpu = torch.cuda.is_available()
    dtype = torch.bfloat16 if has_gpu else torch.float32
    device = {"": "cuda" if has_gpu else "cpu"}
    if quantize is None:
        return {"dtype": dtype, "device_map": device}, "bf16" if has_gpu else "fp32"
    if quantize not in QUANTIZATIONS:
        raise ModelError(f"No quantization '{quantize}'. Choose {' or '.join(QUANTIZATIONS)}.")
    in_4_bit = BitsAndBytesConfig(
        load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=dtype
    )
    return {"dtype": dtype, "device_map": device, "quantization_config": in_4_bit}, quantize
