"""The shapes of full-size models, and checkpoints of those shapes with random weights.

Called by scripts/make_random_model.py: memory and speed do not depend on what the weights know,
so they can be measured where the real ones can't be had.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import torch
from transformers import (
    AutoModelForImageTextToText,
    PreTrainedConfig,
    PreTrainedTokenizerFast,
    Qwen2_5_VLConfig,
    Qwen2VLConfig,
)
from transformers.models.minicpmv4_6.configuration_minicpmv4_6 import MiniCPMV4_6Config
from transformers.models.minicpmv4_6.image_processing_pil_minicpmv4_6 import (
    MiniCPMV4_6ImageProcessorPil,
)
from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import Qwen2VLImageProcessorPil

from models import pocket_architecture as minicpm
from models import pocket_qwen_architecture as qwen
from models.errors import ModelError
from models.memory_check import NF4_BYTES, is_quantized
from models.registry import POCKET_FOLDER

Parts = dict[str, Any]


class FullSize(NamedTuple):
    """Settings of both parts, and who makes a configuration of them."""

    config: Callable[[Parts, Parts, PreTrainedTokenizerFast], PreTrainedConfig]
    text: Parts
    vision: Parts


class Memory(NamedTuple):
    """Parameters, and bytes of all weights by precision."""

    parameters: int
    bf16: float
    nf4: float


def minicpm_config(
    text: Parts, vision: Parts, tokenizer: PreTrainedTokenizerFast
) -> PreTrainedConfig:
    """MiniCPM-V 4.6 on layers of linear and full attention, as its base model has them."""
    layers = ["linear_attention"] * 3 + ["full_attention"]
    return MiniCPMV4_6Config(
        text_config={
            "model_type": "qwen3_5_text", "layer_types": layers * (text["num_hidden_layers"] // 4),
            "tie_word_embeddings": True,
            "rope_parameters": {
                "rope_type": "default", "rope_theta": 10_000_000.0,
                "partial_rotary_factor": 0.25, "mrope_section": [11, 11, 10],
            },
            "eos_token_id": tokenizer.eos_token_id, "pad_token_id": tokenizer.pad_token_id, **text,
        },
        vision_config=vision,
        image_size=448,
        image_token_id=tokenizer.image_token_id,
        video_token_id=tokenizer.video_token_id,
        tie_word_embeddings=True,
    )  # fmt: skip


def qwen_config(config: type[PreTrainedConfig]) -> Callable[..., PreTrainedConfig]:
    """Who makes a configuration of Qwen2-VL or Qwen2.5-VL."""

    def make(text: Parts, vision: Parts, tokenizer: PreTrainedTokenizerFast) -> PreTrainedConfig:
        ids = tokenizer.convert_tokens_to_ids
        rope = {"rope_type": "default", "rope_theta": 1e6, "mrope_section": [16, 24, 24]}
        ends = {"eos_token_id": tokenizer.eos_token_id, "pad_token_id": tokenizer.pad_token_id}
        return config(
            text_config={"rope_parameters": rope, **ends, **text},
            vision_config=vision,
            image_token_id=ids("<|image_pad|>"),
            video_token_id=ids("<|video_pad|>"),
            vision_start_token_id=ids("<|vision_start|>"),
            vision_end_token_id=ids("<|vision_end|>"),
            tie_word_embeddings=text["tie_word_embeddings"],
        )

    return make


QWEN2_7B = {
    "hidden_size": 3_584, "intermediate_size": 18_944, "num_hidden_layers": 28,
    "num_attention_heads": 28, "num_key_value_heads": 4, "vocab_size": 152_064,
    "max_position_embeddings": 32_768, "tie_word_embeddings": False,
}  # fmt: skip
QWEN2_VISION = {"depth": 32, "embed_dim": 1_280, "num_heads": 16, "mlp_ratio": 4, "patch_size": 14}
# From the published configurations; MiniCPM-V 4.6 from its published parts, SigLIP2-400M and
# Qwen3.5-0.8B, together 1.3 billion parameters.
SHAPES = {
    "minicpm-v": FullSize(
        minicpm_config,
        {
            "hidden_size": 1_024, "intermediate_size": 3_584, "num_hidden_layers": 24,
            "num_attention_heads": 8, "num_key_value_heads": 2, "head_dim": 256,
            "vocab_size": 248_320, "max_position_embeddings": 32_768,
            "linear_num_key_heads": 16, "linear_num_value_heads": 16,
            "linear_key_head_dim": 128, "linear_value_head_dim": 128,
        },
        {
            "hidden_size": 1_152, "intermediate_size": 4_304, "num_hidden_layers": 27,
            "num_attention_heads": 16, "image_size": 980, "patch_size": 14,
        },
    ),
    "qwen2-vl-2b": FullSize(
        qwen_config(Qwen2VLConfig),
        {
            "hidden_size": 1_536, "intermediate_size": 8_960, "num_hidden_layers": 28,
            "num_attention_heads": 12, "num_key_value_heads": 2, "vocab_size": 151_936,
            "max_position_embeddings": 32_768, "tie_word_embeddings": True,
        },
        {**QWEN2_VISION, "hidden_size": 1_536},
    ),
    "qwen2-vl-7b": FullSize(
        qwen_config(Qwen2VLConfig), QWEN2_7B, {**QWEN2_VISION, "hidden_size": 3_584}
    ),
    "qwen2.5-vl-7b": FullSize(
        qwen_config(Qwen2_5_VLConfig),
        QWEN2_7B,
        {
            "depth": 32, "hidden_size": 1_280, "intermediate_size": 3_420, "num_heads": 16,
            "out_hidden_size": 3_584, "patch_size": 14, "window_size": 112,
            "fullatt_block_indexes": [7, 15, 23, 31],
        },
    ),
}  # fmt: skip


def full_size_config(name: str, tokenizer: PreTrainedTokenizerFast) -> PreTrainedConfig:
    """The configuration of a model in its full size.

    Raises:
        ModelError: its shape isn't known here.
    """
    if name not in SHAPES:
        raise ModelError(f"The shape of '{name}' isn't known. Choose {', '.join(SHAPES)}.")
    shape = SHAPES[name]
    return shape.config(shape.text, shape.vision, tokenizer)


def small_tokenizer(name: str) -> PreTrainedTokenizerFast:
    """The pocket's words with the model's own markers: enough to ask in, and always at hand."""
    tokenizer = PreTrainedTokenizerFast.from_pretrained(POCKET_FOLDER)
    if name == "minicpm-v":
        tokenizer.chat_template = minicpm.CHAT_TEMPLATE
    else:
        tokenizer.add_special_tokens({"extra_special_tokens": list(qwen.NAMED_TOKENS.values())})
        tokenizer.chat_template = qwen.CHAT_TEMPLATE
    return tokenizer


def memory_of(name: str) -> Memory:
    """What its weights take, without making any."""
    config = full_size_config(name, small_tokenizer(name))
    with torch.device("meta"):
        model = AutoModelForImageTextToText.from_config(config)
    parts = [(name, list(part.shape), part.numel()) for name, part in model.named_parameters()]
    nf4 = sum(n * (NF4_BYTES if is_quantized(name, shape) else 2) for name, shape, n in parts)
    count = sum(n for _, _, n in parts)
    return Memory(count, 2.0 * count, nf4)


def write_random_model(name: str, folder: Path, *, seed: int) -> None:
    """A checkpoint folder in bf16 that loads as the real one does and says nothing sensible.

    Raises:
        ModelError: its shape isn't known here.
    """
    tokenizer = small_tokenizer(name)
    config = full_size_config(name, tokenizer)
    torch.manual_seed(seed)
    model = AutoModelForImageTextToText.from_config(config, dtype=torch.bfloat16)
    model.generation_config.eos_token_id = tokenizer.eos_token_id
    model.generation_config.pad_token_id = tokenizer.pad_token_id
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    is_minicpm = name == "minicpm-v"
    images = MiniCPMV4_6ImageProcessorPil if is_minicpm else Qwen2VLImageProcessorPil
    images(patch_size=14).save_pretrained(folder)
