"""How test items are answered, checked when it is made. Called by everything that answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gap_core.errors import GapError

C = TypeVar("C", bound=BaseModel)
MOST_SECONDS = 180.0  # that the task allows a question
CONFIG = "config.json"  # of everything, in the folder where all steps write


class AnswerConfig(BaseModel):
    """The ways of thinking that an answer is made of.

    Attributes:
        rotations: orders of the options that letters are scored in; 4 cancel position bias.
        tell: score how likely each option's story is told from its cover, whole texts and no
            letters; for models loaded here.
        describe: describe the covers first, then score letters with the descriptions.
        paths: reasoning paths that are drawn and vote; each has an order of its own.
        temperature: that their words are drawn with.
        reasoning_tokens, describing_tokens: at most, of one reply.
        verify_below: items whose likeliest option has less than this probability are verified,
            each option by itself; 0 verifies none.
        side_by_side: items answered at once; they share the budget.
        budget_s: for one question; when it is spent, what is known decides.
        seed: of what is drawn.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    rotations: int = Field(default=4, ge=1, le=4)
    tell: bool = False
    describe: bool = False
    paths: int = Field(default=0, ge=0, le=32)
    temperature: float = Field(default=0.7, gt=0, le=2)
    reasoning_tokens: int = Field(default=384, ge=8, le=4096)
    describing_tokens: int = Field(default=192, ge=8, le=2048)
    verify_below: float = Field(default=0.0, ge=0, le=1)
    side_by_side: int = Field(default=8, ge=1, le=64)
    budget_s: float = Field(default=150.0, gt=0, le=MOST_SECONDS)
    seed: int = Field(default=1, ge=0)


def checked_config(kind: type[C], settings: Any, *, source: str) -> C:
    """The settings as a configuration.

    Raises:
        GapError: they are none, unknown, out of range, or contradict each other.
    """
    if not isinstance(settings, dict):
        raise GapError(f"{source} holds no settings. Write one a line, such as: seed: 1")
    try:
        return kind(**{str(name): value for name, value in settings.items()})
    except ValidationError as err:
        first = err.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        words = first["msg"].removeprefix("Value error, ")
        about = f"'{place}' can't be '{first['input']}': " if place else ""
        raise GapError(f"{source} can't be used: {about}{words}. Mend it and start again.") from err


def read_yaml(file: Path) -> Any:
    """What a YAML file holds.

    Raises:
        GapError: it can't be read.
    """
    try:
        return yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as err:
        raise GapError(
            f"'{file}' can't be read as YAML ({err}). Give a file such as "
            "gap_core/covers/configs/pocket.yaml"
        ) from err
