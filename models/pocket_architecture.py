"""The pocket model's shape: a small MiniCPM-V 4.6 with its own tokenizer and MiniCPM's processor.

Called by training, which makes the files of models/pocket, and by transformers_vlm.py, which
loads them; tests build the same classes with random weights.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, decoders, pre_tokenizers
from tokenizers import models as tokenizer_models
from tokenizers.trainers import BpeTrainer
from transformers import PreTrainedTokenizerFast
from transformers.models.minicpmv4_6.configuration_minicpmv4_6 import MiniCPMV4_6Config
from transformers.models.minicpmv4_6.image_processing_pil_minicpmv4_6 import (
    MiniCPMV4_6ImageProcessorPil,
)
from transformers.models.minicpmv4_6.modeling_minicpmv4_6 import MiniCPMV4_6ForConditionalGeneration
from transformers.models.minicpmv4_6.processing_minicpmv4_6 import MiniCPMV4_6Processor

VOCABULARY_TOKENS = 1_280
CHAT_TEMPLATE_FILE = "chat_template.jinja"
# A 4:3 picture becomes 160 × 120: 16 × 12 patches of 10 px, merged two by two to 48 tokens.
PATCH_PX, SCALE_RESOLUTION_PX = 10, 139
HEAD_WIDTH = 32
NAMED_TOKENS = {
    "image_token": "<|image_pad|>",
    "video_token": "<|video_pad|>",
    "image_start_token": "<image>",
    "image_end_token": "</image>",
    "slice_start_token": "<slice>",
    "slice_end_token": "</slice>",
    "image_id_start_token": "<image_id>",
    "image_id_end_token": "</image_id>",
}
CHAT_TOKENS = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
CHAT_TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n"
    "{% if message['content'] is string %}{{ message['content'] }}"
    "{% else %}{% for part in message['content'] %}"
    "{% if part['type'] == 'image' %}<|image_pad|>{% else %}{{ part['text'] }}{% endif %}"
    "{% endfor %}{% endif %}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


@dataclass(frozen=True)
class PocketShape:
    """How wide and how deep the model is; a head is 32 wide."""

    width: int = 192
    inner_width: int = 512
    vision_layers: int = 4
    text_layers: int = 4


SMALL = PocketShape()
LARGE = PocketShape(width=256, inner_width=512, vision_layers=5, text_layers=5)  # under 24 MB
SHAPES = {"small": SMALL, "large": LARGE}


class WithoutVideo:
    """Takes whatever stands in the place of a processor's video part, which wants torchvision."""

    def check_argument_for_proper_class(self, argument_name: str, argument: Any) -> Any:
        """The processor's own check, but for the video part."""
        if argument_name == "video_processor":
            return type(argument)
        return super().check_argument_for_proper_class(argument_name, argument)  # type: ignore[misc]


class PictureProcessor(WithoutVideo, MiniCPMV4_6Processor):
    """MiniCPM's processor for pictures alone."""


class _NoVideo:
    """Stands where the processor reads two settings of its video part."""

    slice_mode = False
    downsample_mode = "4x"


def train_tokenizer(
    texts: Iterable[str],
    *,
    tokens: int = VOCABULARY_TOKENS,
    named_tokens: Mapping[str, str] = NAMED_TOKENS,
) -> PreTrainedTokenizerFast:
    """A byte-level BPE tokenizer fitted to the texts; any text at all can be tokenized by it.

    Args:
        texts: what it is to be good at.
        tokens: the size of the vocabulary.
        named_tokens: the architecture's own markers, by the names that its processor asks for.
    """
    tokenizer = Tokenizer(tokenizer_models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = BpeTrainer(
        vocab_size=tokens,
        special_tokens=[*CHAT_TOKENS, *named_tokens.values()],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        min_frequency=2,
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="<|endoftext|>",
        eos_token="<|im_end|>",
        padding_side="left",
        extra_special_tokens=dict(named_tokens),
        clean_up_tokenization_spaces=False,
    )


def build_config(
    tokenizer: PreTrainedTokenizerFast, shape: PocketShape = SMALL
) -> MiniCPMV4_6Config:
    """The pocket's configuration: six to twelve million parameters."""
    width, heads = shape.width, shape.width // HEAD_WIDTH
    return MiniCPMV4_6Config(
        vision_config={
            "hidden_size": width, "intermediate_size": shape.inner_width,
            "num_hidden_layers": shape.vision_layers, "num_attention_heads": heads,
            "image_size": 160, "patch_size": PATCH_PX,
            "hidden_act": "gelu_pytorch_tanh",
        },
        text_config={
            "model_type": "qwen3_5_text", "vocab_size": len(tokenizer), "hidden_size": width,
            "intermediate_size": shape.inner_width, "num_hidden_layers": shape.text_layers,
            "num_attention_heads": heads, "num_key_value_heads": heads, "head_dim": HEAD_WIDTH,
            "max_position_embeddings": 2_048,
            "layer_types": ["full_attention"] * shape.text_layers, "tie_word_embeddings": True,
            "rope_parameters": {
                "rope_type": "default", "rope_theta": 10_000.0, "partial_rotary_factor": 0.25,
                "mrope_section": [2, 1, 1],
            },
            "pad_token_id": tokenizer.pad_token_id, "eos_token_id": tokenizer.eos_token_id,
        },
        insert_layer_id=2,
        image_size=160,
        image_token_id=tokenizer.image_token_id,
        video_token_id=tokenizer.video_token_id,
        downsample_mode="4x",
        tie_word_embeddings=True,
    )  # fmt: skip


def build_model(
    tokenizer: PreTrainedTokenizerFast, *, seed: int, shape: PocketShape = SMALL
) -> MiniCPMV4_6ForConditionalGeneration:
    """The pocket with random weights, ready to learn.

    Its second merger, unused in "4x" mode, is left at zero. Keys start equal to queries, so that
    from the first step a word attends to the same word and to pictures that look like it.

    Source: Trockman & Kolter 2023, mimetic initialization.
    """
    torch.manual_seed(seed)
    config = build_config(tokenizer, shape)
    model = MiniCPMV4_6ForConditionalGeneration._from_config(config, attn_implementation="sdpa")
    for weight in model.model.vision_tower.vit_merger.parameters():
        torch.nn.init.zeros_(weight)
    for layer in model.model.language_model.layers:
        attention = layer.self_attn
        queries = attention.q_proj.weight.view(
            -1, 2, attention.head_dim, config.text_config.hidden_size
        )
        attention.k_proj.weight.data.copy_(queries[:, 0].reshape_as(attention.k_proj.weight))
    model.generation_config.pad_token_id = tokenizer.pad_token_id
    model.generation_config.eos_token_id = tokenizer.eos_token_id
    return model


def build_processor(tokenizer: PreTrainedTokenizerFast) -> MiniCPMV4_6Processor:
    """MiniCPM's processor at the pocket's resolution, one slice a picture."""
    images = MiniCPMV4_6ImageProcessorPil(
        patch_size=PATCH_PX,
        scale_resolution=SCALE_RESOLUTION_PX,
        slice_mode=False,
        downsample_mode="4x",
        use_image_id=False,
    )
    return _compose(images, tokenizer, CHAT_TEMPLATE)


def save_processor(processor: MiniCPMV4_6Processor, folder: Path) -> None:
    """Write tokenizer, image processor and chat template into a checkpoint folder."""
    processor.tokenizer.save_pretrained(folder)
    processor.image_processor.save_pretrained(folder)
    (folder / CHAT_TEMPLATE_FILE).write_text(processor.chat_template)


def _compose(
    images: MiniCPMV4_6ImageProcessorPil, tokenizer: PreTrainedTokenizerFast, chat_template: str
) -> MiniCPMV4_6Processor:
    return PictureProcessor(
        image_processor=images,
        video_processor=_NoVideo(),
        tokenizer=tokenizer,
        chat_template=chat_template,
    )
