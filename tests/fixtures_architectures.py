# The other architectures that are served, with random weights: Qwen2-VL, Qwen2.5-VL, MiniCPM-V 4.7.
from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

MARKERS = (
    "<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|vision_end|>",
    "<|image_pad|>", "<|video_pad|>", "<image>", "</image>", "<slice>", "</slice>",
    "<image_id>", "</image_id>",
)  # fmt: skip
QWEN_TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n"
    "{% if message['content'] is string %}{{ message['content'] }}"
    "{% else %}{% for part in message['content'] %}{% if part['type'] == 'image' %}"
    "<|vision_start|><|image_pad|><|vision_end|>{% else %}{{ part['text'] }}{% endif %}"
    "{% endfor %}{% endif %}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
MROPE = {"rope_type": "default", "rope_theta": 10_000.0, "mrope_section": [2, 3, 3]}


def build_tokenizer(template: str) -> Any:
    from tests.fixtures_llama import build_text_tokenizer

    made = build_text_tokenizer(*MARKERS, template=template)
    made.eos_token, made.pad_token = "<|im_end|>", "<|endoftext|>"
    return made


def shaken(model: Any, tokenizer: Any) -> Any:
    """Fresh weights hardly move the residual stream, so every answer would be the same."""
    for name, weight in model.named_parameters():
        if weight.dim() >= 2 and "embed_tokens" not in name and "lm_head" not in name:
            weight.data.mul_(8)
    model.generation_config.eos_token_id = tokenizer.eos_token_id
    model.generation_config.pad_token_id = tokenizer.pad_token_id
    return model


def save_random_qwen(folder: Path, *, model_type: str) -> None:
    import torch
    from transformers import (
        Qwen2_5_VLConfig,
        Qwen2_5_VLForConditionalGeneration,
        Qwen2VLConfig,
        Qwen2VLForConditionalGeneration,
    )
    from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import Qwen2VLImageProcessorPil

    tokenizer = build_tokenizer(QWEN_TEMPLATE)
    ids = tokenizer.convert_tokens_to_ids
    text = {
        "vocab_size": len(tokenizer), "hidden_size": 64, "intermediate_size": 128,
        "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2,
        "max_position_embeddings": 1_024, "rope_parameters": MROPE,
        "pad_token_id": tokenizer.pad_token_id, "eos_token_id": tokenizer.eos_token_id,
    }  # fmt: skip
    markers = {
        "image_token_id": ids("<|image_pad|>"), "video_token_id": ids("<|video_pad|>"),
        "vision_start_token_id": ids("<|vision_start|>"),
        "vision_end_token_id": ids("<|vision_end|>"),
    }  # fmt: skip
    torch.manual_seed(11)
    model: Any
    if model_type == "qwen2_vl":
        vision = {"depth": 2, "embed_dim": 64, "hidden_size": 64, "num_heads": 2, "mlp_ratio": 2,
                  "patch_size": 4}  # fmt: skip
        model = Qwen2VLForConditionalGeneration(
            Qwen2VLConfig(text_config=text, vision_config=vision, **markers)
        )
    else:
        vision = {"depth": 2, "hidden_size": 64, "out_hidden_size": 64, "num_heads": 2,
                  "intermediate_size": 128, "patch_size": 4, "window_size": 16,
                  "fullatt_block_indexes": [1]}  # fmt: skip
        model = Qwen2_5_VLForConditionalGeneration(
            Qwen2_5_VLConfig(text_config=text, vision_config=vision, **markers)
        )
    shaken(model, tokenizer).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    Qwen2VLImageProcessorPil(
        patch_size=4, merge_size=2, size={"shortest_edge": 256, "longest_edge": 4_096}
    ).save_pretrained(folder)


def save_random_minicpm47(folder: Path) -> None:
    import torch
    from transformers.models.minicpmv4_6.image_processing_pil_minicpmv4_6 import (
        MiniCPMV4_6ImageProcessorPil,
    )
    from transformers.models.minicpmv4_7.configuration_minicpmv4_7 import MiniCPMV4_7Config
    from transformers.models.minicpmv4_7.modeling_minicpmv4_7 import (
        MiniCPMV4_7ForConditionalGeneration,
    )

    from models.pocket_architecture import CHAT_TEMPLATE, NAMED_TOKENS

    tokenizer = build_tokenizer(CHAT_TEMPLATE)
    tokenizer._set_model_specific_special_tokens(NAMED_TOKENS)
    ids = tokenizer.convert_tokens_to_ids
    config = MiniCPMV4_7Config(
        vision_config={
            "hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 3,
            "num_attention_heads": 2, "image_size": 96, "patch_size": 8,
        },
        text_config={
            "model_type": "qwen3_5_text", "vocab_size": len(tokenizer), "hidden_size": 128,
            "intermediate_size": 256, "num_hidden_layers": 4, "num_attention_heads": 4,
            "num_key_value_heads": 2, "head_dim": 32, "max_position_embeddings": 1_024,
            "layer_types": ["linear_attention", "full_attention"] * 2,
            "linear_num_key_heads": 2, "linear_num_value_heads": 2, "linear_key_head_dim": 16,
            "linear_value_head_dim": 16, "tie_word_embeddings": True,
            "rope_parameters": {
                "rope_type": "default", "rope_theta": 10_000.0, "partial_rotary_factor": 0.5,
                "mrope_section": [4, 2, 2],
            },
            "pad_token_id": tokenizer.pad_token_id, "eos_token_id": tokenizer.eos_token_id,
        },
        insert_layer_id=1, image_size=96, image_token_id=ids("<|image_pad|>"),
        video_token_id=ids("<|video_pad|>"), downsample_mode="4x", tie_word_embeddings=True,
        image_start_id=ids("<image>"), image_end_id=ids("</image>"),
        slice_start_id=ids("<slice>"), slice_end_id=ids("</slice>"),
        newline_id=tokenizer("\n").input_ids[-1],
    )  # fmt: skip
    torch.manual_seed(11)
    shaken(MiniCPMV4_7ForConditionalGeneration(config), tokenizer).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    MiniCPMV4_6ImageProcessorPil(
        patch_size=8, scale_resolution=64, slice_mode=True, max_slice_nums=4, downsample_mode="4x"
    ).save_pretrained(folder)


@pytest.fixture(scope="session", params=["qwen2_vl", "qwen2_5_vl", "minicpmv4_7"])
def other_architecture_folder(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A checkpoint folder of each architecture beside the pocket's own."""
    folder = tmp_path_factory.mktemp(f"random_{request.param}")
    if request.param == "minicpmv4_7":
        save_random_minicpm47(folder)
    else:
        save_random_qwen(folder, model_type=request.param)
    return folder
