"""What a training run depends on, checked when it is made. Called by everything in this folder."""

from __future__ import annotations

import re
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from gap_core.errors import GapError
from models.registry import DEFAULT_MODEL

ATTENTION = ("q_proj", "k_proj", "v_proj", "o_proj")
ALL_LAYERS = "all"
ADAPTER_NAME = re.compile(r"\w{1,64}", re.ASCII)

Schedule = Literal["cosine", "linear", "constant"]


class TrainingConfig(BaseModel):
    """One LoRA run; written as config.json beside its output.

    Attributes:
        name: of the adapter: letters, digits and "_".
        model: a name of the registry, or a folder with a checkpoint.
        dataset: name of a built dataset; None where samples come from Python.
        keep_out: names of further datasets whose validation pictures are not trained on.
        parent: name of the registered adapter that training goes on from.
        quantize: "nf4" for QLoRA: the frozen weights in 4 bit.
        targets: names of linear layers of the language model, or "all" of them.
        adapt_vision: linear layers of the image tower get an adapter too.
        epochs, steps: how long; one of them.
        warmup_share: of all steps, in which the learning rate rises.
        batch: samples a step and device; `accumulate` such batches make one step.
        bf16: multiply in bfloat16; None where there is a GPU.
        max_length_tokens: longer samples are left out, never cut.
        held_back_share: of the training pictures, on which the run is evaluated. Validation
            pictures are for the score afterwards and never looked at here.
        evaluate_every_steps: also what the best checkpoint is chosen among.
        patience: evaluations without a lower loss after which the run stops.
        strength: with which the adapter acts once it is kept; a little less than 1 gives back much
            of what was forgotten for little of what was learnt (Wortsman et al. 2022,
            "Robust fine-tuning of zero-shot models"). Evaluations during the run are at 1.
        keep: the checkpoint of the lowest loss on what is held back, or the last.
        workers: processes that read pictures ahead.
        threads: of the CPU; 0 leaves one core to the machine: on a busy one, threads that wait for
            each other make a run a hundred times slower.

    Raises:
        GapError: from `made_config` and `read_config`: out of range, or contradicting.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    name: str
    model: str = Field(default=DEFAULT_MODEL, min_length=1)
    dataset: str | None = None
    keep_out: tuple[str, ...] = ()
    parent: str | None = None
    quantize: Literal["nf4", "full"] = "full"
    device: Literal["auto", "cpu", "cuda"] = "auto"
    targets: tuple[str, ...] | Literal["all"] = ATTENTION
    adapt_vision: bool = False
    rank: int = Field(default=8, ge=1, le=512)
    alpha: float = Field(default=16.0, gt=0)
    dropout: float = Field(default=0.0, ge=0, lt=1)
    learning_rate: float = Field(default=1e-4, gt=0, lt=1)
    schedule: Schedule = "cosine"
    warmup_share: float = Field(default=0.03, ge=0, lt=1)
    weight_decay: float = Field(default=0.0, ge=0, lt=1)
    adam_beta2: float = Field(default=0.95, gt=0, lt=1)
    max_grad_norm: float = Field(default=1.0, gt=0)
    epochs: float | None = Field(default=None, gt=0)
    steps: int | None = Field(default=None, ge=1)
    batch: int = Field(default=8, ge=1)
    accumulate: int = Field(default=1, ge=1)
    gradient_checkpointing: bool = False
    bf16: bool | None = None
    max_length_tokens: int = Field(default=2048, ge=16)
    held_back_share: float = Field(default=0.1, ge=0, le=0.5)
    evaluate_every_steps: int | None = Field(default=20, ge=1)
    checkpoint_every_steps: int = Field(default=20, ge=1)
    patience: int | None = Field(default=None, ge=1)
    keep: Literal["best", "last"] = "best"
    strength: float = Field(default=1.0, gt=0, le=1)
    seed: int = Field(default=1, ge=0)
    workers: int = Field(default=0, ge=0)
    threads: int = Field(default=0, ge=0)

    @model_validator(mode="after")
    def _refuse_contradictions(self) -> Self:
        if ADAPTER_NAME.fullmatch(self.name) is None:
            raise ValueError("name: letters, digits and '_' only, at most 64 of them")
        if (self.epochs is None) == (self.steps is None):
            raise ValueError("give either epochs or steps, not both and not neither")
        if self.targets == ():
            raise ValueError("targets: name at least one layer, or write: targets: all")
        self._refuse_unevaluated()
        return self

    def _refuse_unevaluated(self) -> None:
        is_evaluated = self.held_back_share > 0 and self.evaluate_every_steps is not None
        if self.patience is not None and not is_evaluated:
            raise ValueError(
                "patience needs evaluations: set held_back_share and evaluate_every_steps, "
                "or leave patience out"
            )
        if self.keep == "best" and not is_evaluated:
            raise ValueError(
                "keep: best needs evaluations: set held_back_share and evaluate_every_steps, "
                "or write: keep: last"
            )
        if self.keep == "best" and self.checkpoint_every_steps % (self.evaluate_every_steps or 1):
            raise ValueError(
                "keep: best wants checkpoints at evaluations: make checkpoint_every_steps "
                "a multiple of evaluate_every_steps"
            )
        if self.held_back_share > 0 and self.evaluate_every_steps is None:
            raise ValueError(
                "held_back_share keeps samples from training that nothing evaluates: "
                "set evaluate_every_steps, or held_back_share: 0"
            )


class _OnceLoader(yaml.SafeLoader):
    """Plain YAML, in which a setting stands once: the last one would win in silence."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key in (key for key, _ in node.value if isinstance(key, yaml.ScalarNode)):
            if key.value in seen:
                raise yaml.constructor.ConstructorError(
                    problem=f"'{key.value}' stands there twice", problem_mark=key.start_mark
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep=deep)


def made_config(**settings: Any) -> TrainingConfig:
    """A configuration from Python.

    Raises:
        GapError: a setting is unknown, out of range, or contradicts another.
    """
    return _checked(settings, source="These settings")


def read_config(file: Path) -> TrainingConfig:
    """The configuration of a YAML file.

    Raises:
        GapError: it can't be read, or a setting is unknown, out of range, or contradicts another.
    """
    return _checked(read_settings(file), source=f"'{file}'")


def read_settings(file: Path) -> dict[str, Any]:
    """The settings that a YAML file names, not checked yet.

    Raises:
        GapError: it can't be read, or holds none.
    """
    try:
        settings = yaml.load(file.read_text(encoding="utf-8"), Loader=_OnceLoader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as err:
        raise GapError(
            f"'{file}' can't be read as YAML ({err}). Give the file of a run, such as "
            "gap_core/training/configs/pocket.yaml"
        ) from err
    if not isinstance(settings, dict):
        raise GapError(f"'{file}' holds no settings. Write one a line, such as: rank: 8")
    return {str(name): value for name, value in settings.items()}


def _checked(settings: dict[str, Any], *, source: str) -> TrainingConfig:
    try:
        return TrainingConfig(**settings)
    except ValidationError as err:
        first = err.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        words = first["msg"].removeprefix("Value error, ")
        if place.startswith("targets") and isinstance(settings["targets"], str):
            raise GapError(
                f"{source} can't be used: 'targets' can't be '{settings['targets']}'. Write a "
                f"list, such as: targets: [{settings['targets']}], or: targets: {ALL_LAYERS}"
            ) from err
        if first["type"] == "extra_forbidden":
            raise GapError(f"{source} can't be used: {_unknown_words(place)}") from err
        about = f"'{place}' can't be '{first['input']}': " if place else ""
        raise GapError(f"{source} can't be used: {about}{words}. Mend it and start again.") from err


def _unknown_words(name: str) -> str:
    """That no setting is called so, and which one may be meant."""
    known = list(TrainingConfig.model_fields)
    near = get_close_matches(name, known, n=1)
    meant = f"Did you mean '{near[0]}'?" if near else f"There are: {', '.join(known)}."
    return f"There is no setting '{name}'. {meant}"
