"""Reading a COCO annotation file: which pictures, how many objects, which licence."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gap_core.errors import GapError

CROWD = 1000  # one outline around many: never few


@dataclass(frozen=True)
class CocoPicture:
    """A picture that the annotations name; `objects` counts what is outlined in it."""

    file_name: str
    objects: int
    licence: str | None


def read_coco(annotations: Path) -> list[CocoPicture]:
    """The pictures of a COCO "instances" file, by name.

    Raises:
        GapError: the file can't be read, or isn't of that form.
    """
    with telling_what_lacks(annotations):
        found = _pictures(load_annotations(annotations))
        return sorted(found, key=lambda picture: picture.file_name)


def load_annotations(annotations: Path) -> dict[str, Any]:
    """The whole document.

    Raises:
        GapError: the file can't be read, or isn't JSON.
    """
    try:
        document: dict[str, Any] = json.loads(annotations.read_text(encoding="utf-8"))
    except OSError as err:
        raise GapError(
            f"Annotations '{annotations}' can't be read ({err.strerror}). Check the path."
        ) from err
    except (ValueError, RecursionError) as err:
        raise GapError(
            f"Annotations '{annotations}' are not JSON. Choose a COCO instances file."
        ) from err
    return document


@contextmanager
def telling_what_lacks(annotations: Path) -> Iterator[None]:
    """Turn what a document lacks into words.

    Raises:
        GapError: something that COCO has is missing, or of another type.
    """
    try:
        yield
    except (KeyError, TypeError, AttributeError) as err:
        raise GapError(
            f"Annotations '{annotations}' lack what COCO has ({type(err).__name__}: {err}). "
            "Choose a COCO instances file, with 'images' and 'annotations'."
        ) from err


def _pictures(document: dict[str, Any]) -> list[CocoPicture]:
    objects: Counter[Any] = Counter()
    for outlined in document["annotations"]:
        objects[outlined["image_id"]] += CROWD if outlined.get("iscrowd") else 1
    licences = {line["id"]: str(line["name"]) for line in document.get("licenses", [])}
    return [
        CocoPicture(
            file_name=_text(image["file_name"]),
            objects=objects[image["id"]],
            licence=licences.get(image.get("license")),
        )
        for image in document["images"]
    ]


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError(f"file_name is {value!r}, not a name")
    return value
