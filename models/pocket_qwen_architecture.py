"""The shape of pocket-qwen: a small Qwen2-VL that sees and speaks as the pocket does.

Called by training; transformers_vlm.py serves what it writes as it serves any Qwen2-VL. The same
patches and merged tokens as the pocket's, so that the same lessons teach both.
"""

from pathlib import Path

import torch
from transformers import PreTrainedTokenizerFast, Qwen2VLConfig, Qwen2VLForConditionalGeneration
from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import Qwen2VLImageProcessorPil

from models.pocket_architecture import HEAD_WIDTH, PATCH_PX, SMALL, PocketShape

NAMED_TOKENS = {
    "image_token": "<|image_pad|>",
    "video_token": "<|video_pad|>",
    "image_start_token": "<|vision_start|>",
    "image_end_token": "<|vision_end|>",
}
CHAT_TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n"
    "{% if message['content'] is string %}{{ message['content'] }}"
    "{% else %}{% for part in message['content'] %}{% if part['type'] == 'image' %}"
    "<|vision_start|><|image_pad|><|vision_end|>{% else %}{{ part['text'] }}{% endif %}"
    "{% endfor %}{% endif %}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
MERGE = 2  # patches a side of a merged token
_PICTURE_PX = 160 * 120  # what a 4:3 picture is scaled to, all its pixels counted


def build_config(tokenizer: PreTrainedTokenizerFast, shape: PocketShape = SMALL) -> Qwen2VLConfig:
    """The configuration; a picture stands for one moment, so patches are one frame deep."""
    width, heads = shape.width, shape.width // HEAD_WIDTH
    return Qwen2VLConfig(
        vision_config={
            "depth": shape.vision_layers, "embed_dim": width, "hidden_size": width,
            "num_heads": heads, "mlp_ratio": shape.inner_width // width, "patch_size": PATCH_PX,
            "spatial_merge_size": MERGE, "temporal_patch_size": 1,
        },
        text_config={
            "vocab_size": len(tokenizer), "hidden_size": width,
            "intermediate_size": shape.inner_width, "num_hidden_layers": shape.text_layers,
            "num_attention_heads": heads, "num_key_value_heads": heads,
            "max_position_embeddings": 2_048, "tie_word_embeddings": True,
            "rope_parameters": {
                "rope_type": "default", "rope_theta": 10_000.0, "mrope_section": [4, 6, 6],
            },
            "pad_token_id": tokenizer.pad_token_id, "eos_token_id": tokenizer.eos_token_id,
        },
        image_token_id=tokenizer.image_token_id,
        video_token_id=tokenizer.video_token_id,
        vision_start_token_id=tokenizer.convert_tokens_to_ids(NAMED_TOKENS["image_start_token"]),
        vision_end_token_id=tokenizer.convert_tokens_to_ids(NAMED_TOKENS["image_end_token"]),
        tie_word_embeddings=True,
    )  # fmt: skip


def build_model(
    tokenizer: PreTrainedTokenizerFast, *, seed: int, shape: PocketShape = SMALL
) -> Qwen2VLForConditionalGeneration:
    """Random weights, ready to learn; keys start equal to queries, as in the pocket."""
    torch.manual_seed(seed)
    model = Qwen2VLForConditionalGeneration._from_config(
        build_config(tokenizer, shape), attn_implementation="sdpa"
    )
    for layer in model.model.language_model.layers:
        layer.self_attn.k_proj.weight.data.copy_(layer.self_attn.q_proj.weight)
    model.generation_config.pad_token_id = tokenizer.pad_token_id
    model.generation_config.eos_token_id = tokenizer.eos_token_id
    return model


def build_image_processor() -> Qwen2VLImageProcessorPil:
    """Qwen's own, at the pocket's resolution and scale of values."""
    return Qwen2VLImageProcessorPil(
        patch_size=PATCH_PX,
        merge_size=MERGE,
        temporal_patch_size=1,
        size={"shortest_edge": _PICTURE_PX // 4, "longest_edge": _PICTURE_PX},
        image_mean=[0.5, 0.5, 0.5],
        image_std=[0.5, 0.5, 0.5],
    )


def save_processor(tokenizer: PreTrainedTokenizerFast, folder: Path) -> None:
    """Write tokenizer, image processor and chat template into a checkpoint folder."""
    tokenizer.chat_template = CHAT_TEMPLATE
    tokenizer.save_pretrained(folder)
    build_image_processor().save_pretrained(folder)
