"""What every format writes from and reads into. Called by the formats, export and import."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from gap_core.dataset.sample import Sample

TRAIN, VALIDATION = "train", "validation"
SIDES = (TRAIN, VALIDATION)
IMAGE_TAG = "<image>"
MOST_RAW_CHARS = 4_000  # of a refused record that are kept beside its reason

# Where a text holds a tag that a trainer counts, pictures and tags would no longer fit.
_TAGS = {f"<{name}>": f"< {name}>" for name in ("image", "video", "audio")}


@dataclass(frozen=True)
class Export:
    """One export under way.

    Attributes:
        name: of the dataset.
        folder: to write into.
        samples: gives the samples of a side, sorted by picture; may be asked again.
        place_picture: puts a sample's picture into the folder; its path there.
        picture_bytes: a sample's picture as PNG.
    """

    name: str
    folder: Path
    samples: Callable[[str], Iterator[Sample]]
    place_picture: Callable[[Sample], str]
    picture_bytes: Callable[[Sample], bytes]


class RawTurn(NamedTuple):
    """A question and its answer as a file has them."""

    question: object
    answer: object


class Raw(NamedTuple):
    """One record of a file, before anything in it is believed.

    Attributes:
        number: of the line, row or record.
        turns: questions on one picture, in their order.
        image: its path or address, or its bytes.
        key: remember the picture under this name; same_as: it is the one remembered so.
        shown: the record as it is kept if it is refused.
    """

    number: int
    turns: tuple[RawTurn, ...]
    image: object
    category: object = None
    model_answer: object = None
    licence: object = None
    key: str = ""
    same_as: str = ""
    shown: str = ""


class Refused(NamedTuple):
    """A record that can't be used, why, and what it looks like."""

    number: int
    reason: str
    shown: str


Read = Iterator[Raw | Refused]


class Format(NamedTuple):
    """One format.

    Attributes:
        says: what reads it, in a few words.
        suffix: of the files of both sides.
        write: writes all its files.
        read: reads one file of it.
        card: words for the card: how it is used.
    """

    name: str
    says: str
    suffix: str
    write: Callable[[Export], None]
    read: Callable[[Path], Read]
    card: Callable[[str], str]


def conversations(samples: Iterable[Sample]) -> Iterator[list[Sample]]:
    """Samples that follow each other in one conversation, together."""
    for _, together in groupby(samples, key=lambda one: (one.image_id, one.conversation)):
        yield list(together)


def without_tags(text: str) -> str:
    """The text with a space in whatever a trainer would take for the place of a picture."""
    for tag, harmless in _TAGS.items():
        text = text.replace(tag, harmless)
    return text


def messages_of(conversation: list[Sample]) -> list[dict[str, str]]:
    """A conversation as messages with role and content, the picture's tag in the first."""
    messages: list[dict[str, str]] = []
    for sample in conversation:
        tag = "" if messages else f"{IMAGE_TAG}\n"
        messages.append({"role": "user", "content": tag + without_tags(sample.question)})
        messages.append({"role": "assistant", "content": without_tags(sample.answer)})
    return messages


def turns_of(messages: object) -> tuple[RawTurn, ...] | str:
    """The turns of messages with role and content; what is wrong with them, if anything is."""
    if not isinstance(messages, list) or not messages:
        return "no conversation"
    spoken = [one for one in messages if _role(one) != "system"]
    if len(spoken) % 2 or any(
        _role(one) != ("user", "assistant")[place % 2] for place, one in enumerate(spoken)
    ):
        return "user and assistant don't take turns"
    contents = [_content(one) for one in spoken]
    return tuple(map(RawTurn, contents[::2], contents[1::2]))


def _role(message: object) -> object:
    if not isinstance(message, dict):
        return None
    role = message.get("role", message.get("from"))
    return {"human": "user", "gpt": "assistant"}.get(role, role) if isinstance(role, str) else None


def _content(message: dict[str, object]) -> object:
    content = message.get("content", message.get("value"))
    if isinstance(content, list):  # parts: a picture's place, a text
        texts = [part.get("text") for part in content if isinstance(part, dict)]
        content = " ".join(text for text in texts if isinstance(text, str))
    if isinstance(content, str):
        return content.replace(IMAGE_TAG, "").strip()
    return content


def shown(record: bytes | str) -> str:
    """A record as it is kept beside the reason for which it was refused."""
    text = record if isinstance(record, str) else record.decode("utf-8", "backslashreplace")
    text = text.encode("utf-8", "backslashreplace").decode()
    return text if len(text) <= MOST_RAW_CHARS else text[:MOST_RAW_CHARS] + "…"
