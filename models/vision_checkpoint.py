"""A vision-language checkpoint as transformers loads it, with its processor.

Called by what serves such a model, transformers_vlm.py, and by what teaches it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from transformers import AutoModelForImageTextToText

from models.checkpoints import telling_load_failures
from models.looks import look_around
from models.processors import load_picture_processor


class VisionCheckpoint(NamedTuple):
    """What lies in a folder, ready to be asked."""

    model: Any
    processor: Any


def load_vision_checkpoint(folder: Path, options: Mapping[str, Any]) -> VisionCheckpoint:
    """The model, which looks at pictures as its configuration says; nothing is fetched.

    Args:
        folder: config.json, weights, tokenizer and processor settings.
        options: precision and place, as `plan_loading` chose them.

    Raises:
        ModelError: a file is missing or broken, or memory ran out.
    """
    with telling_load_failures(folder):
        model = AutoModelForImageTextToText.from_pretrained(
            folder, local_files_only=True, **options
        )
        processor = load_picture_processor(folder, model.config.model_type)
    return VisionCheckpoint(look_around(model), processor)
