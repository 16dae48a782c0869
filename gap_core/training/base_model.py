"""The model that is taught: a checkpoint with an adapter in its layers. Called by train.py.

The checkpoint's own weights are frozen, the image tower among them unless the run adapts it.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, NamedTuple

import torch
from accelerate import PartialState
from peft import LoraConfig, PeftModel, get_peft_model, prepare_model_for_kbit_training

from gap_core.errors import GapError
from gap_core.training.config import ALL_LAYERS, TrainingConfig
from models.adapters import check_trained_on
from models.chat_markers import end_ids
from models.checkpoints import plan_loading
from models.processors import PARTS
from models.registry import find_folder
from models.vision_checkpoint import load_vision_checkpoint

LANGUAGE_PART = ".language_model."
VISION_PARTS = (".vision_tower.", ".visual.")
SAME_AS_PARENT = ("rank", "alpha", "targets", "adapt_vision")


class Pupil(NamedTuple):
    """What a run teaches.

    Attributes:
        model: with its adapter, whose weights alone are trained.
        processor: of the checkpoint.
        end_id: the token that ends an answer.
        wants_types: whether the model places tokens by their kind.
    """

    model: Any
    processor: Any
    end_id: int
    wants_types: bool


def load_pupil(config: TrainingConfig, *, parent: Path | None = None) -> Pupil:
    """The model with a fresh adapter, or with the parent's to go on from.

    Raises:
        GapError: the model has none of the target layers, or the parent doesn't fit.
        ModelError: the checkpoint or the parent can't be loaded.
    """
    folder = find_folder(config.model)
    plan = plan_loading(
        folder, model_types=tuple(PARTS), quantize=config.quantize, device=config.device
    )
    options = plan.options | {"device_map": {"": _device(config.device)}}
    base, processor = load_vision_checkpoint(folder, options)
    base.config.use_cache = False
    base.requires_grad_(False)
    if plan.label == "nf4":
        base = prepare_model_for_kbit_training(base, use_gradient_checkpointing=False)
    model = _fresh(base, config) if parent is None else _continued(base, config, parent)
    return Pupil(
        model=model,
        processor=processor,
        end_id=_end_id(base, processor.tokenizer),
        wants_types=hasattr(base.model, "get_rope_index"),
    )


def _device(wanted: str) -> Any:
    """This process's own device: of several GPUs, each process has one."""
    return torch.device("cpu") if wanted == "cpu" else PartialState().device


def _end_id(model: Any, tokenizer: Any) -> int:
    """The tokenizer's own mark if the model ends answers with it, else the model's first."""
    ends = end_ids(model, tokenizer)
    return int(tokenizer.eos_token_id) if tokenizer.eos_token_id in ends else min(ends)


def _fresh(base: Any, config: TrainingConfig) -> Any:
    torch.manual_seed(config.seed)
    lora = LoraConfig(
        r=config.rank,
        lora_alpha=config.alpha,
        lora_dropout=config.dropout,
        target_modules=_target_pattern(base, config),
        task_type="CAUSAL_LM",
    )
    return get_peft_model(base, lora)


def _continued(base: Any, config: TrainingConfig, parent: Path) -> Any:
    check_trained_on(parent, config.model)
    lora = LoraConfig.from_pretrained(str(parent))
    pattern = _target_pattern(base, config)
    same = (lora.r, lora.lora_alpha, lora.target_modules) == (config.rank, config.alpha, pattern)
    if not same:
        raise GapError(
            f"The adapter at '{parent}' has rank {lora.r}, alpha {lora.lora_alpha} and layers "
            f"'{lora.target_modules}'; a run that goes on from it keeps "
            f"{', '.join(SAME_AS_PARENT)}. Set them as in its run."
        )
    try:
        return PeftModel.from_pretrained(base, str(parent), is_trainable=True)
    except (OSError, ValueError, RuntimeError, KeyError) as err:
        raise GapError(
            f"The adapter at '{parent}' can't be gone on from: {err}. Choose one that was "
            f"trained on '{config.model}'."
        ) from err


def linear_layers(base: Any, *, part: str) -> dict[str, list[str]]:
    """Full names of the linear layers in a part of the model, by their last name."""
    found: dict[str, list[str]] = {}
    for name, layer in base.named_modules():
        if part in f".{name}." and isinstance(layer, torch.nn.Linear):
            found.setdefault(name.rsplit(".", 1)[-1], []).append(name)
    return found


def _target_pattern(base: Any, config: TrainingConfig) -> str:
    """A regular expression for the full names of the layers that get an adapter."""
    known = linear_layers(base, part=LANGUAGE_PART)
    wanted = sorted(known if config.targets == ALL_LAYERS else config.targets)
    missing = [name for name in wanted if name not in known]
    if missing:
        raise GapError(
            f"'{config.model}' has no layer '{missing[0]}' in its language model. It has: "
            f"{', '.join(sorted(known))}. Name some of these as targets, or write: targets: all"
        )
    patterns = [_pattern(LANGUAGE_PART, wanted)]
    if config.adapt_vision:
        for part in VISION_PARTS:
            if seen := sorted(linear_layers(base, part=part)):
                patterns.append(_pattern(part, seen))
    return "|".join(patterns)


def _pattern(part: str, names: list[str]) -> str:
    return rf".*{re.escape(part)}.*\.({'|'.join(map(re.escape, names))})"
