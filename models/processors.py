"""Processors of the architectures that are served, for pictures alone and without torchvision.

Called by transformers_vlm.py. The processors' video parts would ask for torchvision, and the
pinned CPU build of torch has no matching one.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

from transformers import PreTrainedTokenizerFast
from transformers.models.minicpmv4_6.image_processing_pil_minicpmv4_6 import (
    MiniCPMV4_6ImageProcessorPil,
)
from transformers.models.minicpmv4_7.processing_minicpmv4_7 import MiniCPMV4_7Processor
from transformers.models.qwen2_5_vl.processing_qwen2_5_vl import Qwen2_5_VLProcessor
from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import Qwen2VLImageProcessorPil
from transformers.models.qwen2_vl.processing_qwen2_vl import Qwen2VLProcessor

from models.errors import ModelError
from models.pocket_architecture import PictureProcessor, WithoutVideo

OLD_TEMPLATE_FILE = "chat_template.json"


class _MiniCPM47(WithoutVideo, MiniCPMV4_7Processor):
    """MiniCPM-V 4.7's processor for pictures alone."""


class _Qwen2(WithoutVideo, Qwen2VLProcessor):
    """Qwen2-VL's processor for pictures alone."""


class _Qwen25(WithoutVideo, Qwen2_5_VLProcessor):
    """Qwen2.5-VL's processor for pictures alone."""


class _NoVideo:
    """Stands where processors read settings of their video part."""

    slice_mode = False
    downsample_mode = "16x"
    merge_size = 2


class _Parts(NamedTuple):
    processor: Any
    images: Any


PARTS = {
    "minicpmv4_6": _Parts(PictureProcessor, MiniCPMV4_6ImageProcessorPil),
    "minicpmv4_7": _Parts(_MiniCPM47, MiniCPMV4_6ImageProcessorPil),
    "qwen2_vl": _Parts(_Qwen2, Qwen2VLImageProcessorPil),
    "qwen2_5_vl": _Parts(_Qwen25, Qwen2VLImageProcessorPil),
}


def load_picture_processor(folder: Path, model_type: str) -> Any:
    """The processor of a checkpoint folder, with the PIL image backend.

    Raises:
        OSError: a file of the folder is missing.
        ModelError: the checkpoint has no chat template.
    """
    parts = PARTS[model_type]
    tokenizer = PreTrainedTokenizerFast.from_pretrained(folder)
    tokenizer.padding_side = "left"
    template = tokenizer.chat_template or old_template(folder)
    if not template:
        raise ModelError(
            f"The checkpoint at '{folder}' has no chat template, so it can't be instructed. "
            "Choose its Instruct version."
        )
    return parts.processor(
        image_processor=parts.images.from_pretrained(folder),
        video_processor=_NoVideo(),
        tokenizer=tokenizer,
        chat_template=template,
    )


def old_template(folder: Path) -> str | None:
    """The chat template where checkpoints of 2024 kept it."""
    file = folder / OLD_TEMPLATE_FILE
    if not file.is_file():
        return None
    found = json.loads(file.read_text(encoding="utf-8"))
    return str(found["chat_template"]) if "chat_template" in found else None
