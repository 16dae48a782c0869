"""The settings of an installation: flag, then `GAP_*` in the environment, then default.

Entry points build one `Settings` and pass it down; nothing below reads the environment.
"""

import os
import secrets
import tempfile
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from gap_core.errors import GapError
from models.registry import DEFAULT_MODEL, taught_edition

SECRET_BYTES = 32
DECKS = {"basic": "pocket", "full": "pocket-full"}  # by the edition that their pictures are of


class Settings(BaseSettings):
    """Where things are and what is served.

    `db` and `secret_file` lie in `data_dir` unless they are given, and the deck is `deck_for` the
    model.
    """

    model_config = SettingsConfigDict(env_prefix="GAP_", frozen=True, extra="forbid")

    data_dir: Path = Path("data")
    db: Path = Path()
    secret_file: Path = Path()
    host: str = "127.0.0.1"
    port: int = Field(default=7860, ge=0, le=65535)
    model: str = Field(default=DEFAULT_MODEL, min_length=1)
    quantize: Literal["nf4", "full"] | None = None
    device: Literal["auto", "cpu", "cuda"] = "auto"
    adapter: Path | None = None
    deck: str = ""
    event_code: str = ""
    event: str = ""
    public_url: str = ""
    kiosk: bool = False
    telegram_token: str = ""
    metrics_port: int | None = Field(default=None, ge=1, le=65535)
    log_file: Path | None = None
    studio_port: int = Field(default=7861, ge=0, le=65535)
    studio_key: str = ""
    refiner: str = Field(default="pocket-llama", min_length=1)
    theta: float = Field(default=0.8, ge=0, le=1)
    select_by: Literal["estimate", "lower_bound"] = "estimate"
    llama_cpp: Path | None = None

    @model_validator(mode="after")
    def _place_files(self) -> Self:
        for name, file in (("db", "gap.db"), ("secret_file", "secret.key")):
            if getattr(self, name) == Path():
                object.__setattr__(self, name, self.data_dir / file)
        if not self.deck:
            object.__setattr__(self, "deck", deck_for(self.model))
        return self


def edition_for(model: str) -> str:
    """The edition of the pocket world that a model is shown: the one it knows, else the full."""
    known = taught_edition(model)
    return known if known in DECKS else "full"


def deck_for(model: str) -> str:
    """The deck that is dealt to a model where none is named."""
    return DECKS[edition_for(model)]


def read_settings(given: dict[str, Any]) -> Settings:
    """Settings of a command line, where None stands for an option that was left out.

    Raises:
        GapError: a value in the environment is no such setting's.
    """
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as err:
        first = err.errors()[0]
        name = "GAP_" + "_".join(str(part) for part in first["loc"]).upper()
        raise GapError(
            f"Setting {name} can't be '{first['input']}': {first['msg']}. Mend it or unset it."
        ) from err


def load_secret(path: Path) -> bytes:
    """The installation's secret; made, readable by its owner only, where there is none yet.

    It decides which answers are wrong on purpose, so it must stay the same while sessions run.
    Of several processes that start at once all get the same one.

    Raises:
        GapError: the file is too short, or can't be read or made.
    """
    try:
        if not path.exists():
            _make_secret(path)
        secret = path.read_bytes()
    except OSError as err:
        raise GapError(
            f"Secret file '{path}' can't be read or made ({err.strerror}). "
            "Check the rights of its folder."
        ) from err
    if len(secret) < SECRET_BYTES:
        raise GapError(
            f"Secret file '{path}' holds {len(secret)} bytes; at least {SECRET_BYTES} are needed. "
            "Remove it to have a new one made."
        )
    return secret


def _make_secret(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".secret-")  # made with mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(SECRET_BYTES))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(name, path)  # unlike a rename, never replaces what another process made
        except FileExistsError:
            return
    finally:
        os.unlink(name)
