"""The model that synthesis speaks to: text and pictures, many prompts at once.

Called by running. Pictures go through a batcher, so that a model on this machine answers them
side by side; a server gets as many as are in flight.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from PIL import Image

from db.closing import Closing
from gap_core.decks.reading import PictureRefusedError, read_picture
from models.base import Ask, Drawing, LanguageModel, Reply, TextAsk, VisionModel
from models.batching import Batcher
from models.errors import ModelError, ServerError
from models.registry import SERVER_PREFIX, load_language_model, load_model
from models.server_connection import ServerLimits

SERVER_LIMITS = ServerLimits(silence_s=60, answer_s=300, repeats=2)
PATIENCE_S = 3_600.0  # in the batcher's queue; whoever waits there is a worker of ours
UNSEEN = Image.new("RGB", (64, 48), "grey")  # for a model that always wants a picture


class PictureUnusableError(ModelError):
    """A picture that no second try would make readable."""


@dataclass(frozen=True)
class Prompt:
    """What a model is asked; without `image` it sees no picture."""

    text: str
    system: str = ""
    image: str = ""
    max_tokens: int = 1_200
    drawing: Drawing = field(default_factory=Drawing)


class Door(Protocol):
    """A model that any thread may ask."""

    name: str
    quantization: str

    def ask(self, prompt: Prompt) -> Reply:
        """The reply.

        Raises:
            ModelError: there is none; the text says why.
        """
        ...


class ModelDoor(Closing):
    """A language model, a vision-language model, or both; closed when its block ends."""

    def __init__(
        self,
        *,
        writer: LanguageModel | None = None,
        vision: VisionModel | None = None,
        in_flight: int = 16,
    ) -> None:
        model = vision or writer
        if model is None:
            raise ValueError("A door leads to a model; none was given.")
        self.name, self.quantization = model.name, model.quantization
        self._writer = writer
        self._numbers = itertools.count()
        self._batcher = None
        if vision is not None:
            self._batcher = Batcher(
                vision,
                max_batch=in_flight,
                max_waiting=max(64, 2 * in_flight),
                max_wait_s=PATIENCE_S,
                max_answer_s=PATIENCE_S,
            )

    def ask(self, prompt: Prompt) -> Reply:
        """The reply; a picture is looked at only if the model can see.

        Raises:
            ModelError: there is none, or the picture can't be read.
        """
        if not prompt.image and self._writer is not None:
            drawn = _drawn(prompt.drawing)
            ask = TextAsk(prompt.text, prompt.system, prompt.max_tokens, **drawn)
            return self._writer.write([ask])[0]
        if self._batcher is None:
            raise ModelError(f"'{self.name}' sees no pictures. Choose a vision-language model.")
        picture = UNSEEN if not prompt.image else _picture(prompt.image)
        return self._answered(self._batcher, prompt, picture)

    def _answered(self, batcher: Batcher, prompt: Prompt, picture: Image.Image) -> Reply:
        ask = Ask(picture, prompt.text, prompt.system, prompt.max_tokens, **_drawn(prompt.drawing))
        ticket = batcher.submit(ask, player_id=f"synthesis {next(self._numbers)}")
        try:
            updates = list(ticket.updates())
        except ModelError as err:
            if isinstance(err.__cause__, ServerError):
                raise err.__cause__ from None  # the batcher words it for players
            raise
        reply = updates[-1].reply
        if reply is None:
            raise ModelError("The question was cancelled. Run the command again to go on.")
        return reply

    def close(self) -> None:
        """Let go of the model."""
        if self._batcher is not None:
            self._batcher.close()


def open_door(name: str, *, sees: bool, in_flight: int, limits: ServerLimits) -> ModelDoor:
    """The model of this name, ready to be asked.

    Args:
        name: as `load_model` and `load_language_model` take it.
        sees: whether it will be shown pictures.
        in_flight: prompts at once.
        limits: of a server.

    Raises:
        ModelError: there is no such model, or it can't be reached.
    """
    if name.startswith(SERVER_PREFIX):
        from models.openai_server import ServerVision, ServerWriter

        writer = ServerWriter.open(name, limits=limits)
        vision = ServerVision.open(name, limits=limits) if sees else None
        return ModelDoor(writer=writer, vision=vision, in_flight=in_flight)
    if sees:
        return ModelDoor(vision=load_model(name), in_flight=in_flight)
    return ModelDoor(writer=load_language_model(name), in_flight=in_flight)


def _drawn(drawing: Drawing) -> dict[str, Any]:
    names = ("temperature", "seed", "top_p", "top_k", "repetition_penalty", "schema")
    return {name: getattr(drawing, name) for name in names}


def _picture(path: str) -> Image.Image:
    try:
        return read_picture(Path(path))
    except (PictureRefusedError, OSError) as err:
        raise PictureUnusableError(
            f"The picture '{Path(path).name}' can't be used: {err}."
        ) from err
