"""Adding people's own pictures to a deck. Called by scripts/import_images.py.

One bad file stops nothing: it is reported with its reason and the rest goes in. A second run
finds what is there and adds nothing twice.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image

from db import Store
from db.records import ImageRecord, ImageSource, Taint
from gap_core.decks.coco import read_coco
from gap_core.decks.pictures import picture_id, save_picture
from gap_core.decks.reading import PictureRefusedError, read_picture
from gap_core.errors import GapError

FEW_OBJECTS = 2
IMPORTER = "import"

OnProgress = Callable[[int, int], None]


@dataclass(frozen=True)
class SkippedFile:
    """A file that did not go in, and why."""

    name: str
    reason: str


@dataclass(frozen=True)
class ImportReport:
    """What became of every file.

    Attributes:
        added: pictures new in the deck, `proposed` of them as tainted.
        known: pictures that the deck held before.
        skipped: files that can't be used, with the reason; duplicates within this run too.
    """

    added: int
    proposed: int
    known: int
    skipped: tuple[SkippedFile, ...]


@dataclass(frozen=True)
class _Candidate:
    file: Path
    name: str
    source: ImageSource
    taint: Taint
    licence: str


def import_images(
    store: Store,
    folder: Path,
    *,
    data_dir: Path,
    deck: str,
    licence: str = "unknown",
    annotations: Path | None = None,
    on_progress: OnProgress | None = None,
) -> ImportReport:
    """Add the pictures of a folder, or those that a COCO file names in it, to a deck.

    Of annotated pictures those with two or fewer objects are proposed as tainted; somebody has to
    approve them before they are. All others are untainted.

    Args:
        store: where pictures and deck are recorded.
        folder: searched with its subfolders; hidden files are passed over.
        data_dir: the folder the pictures are copied to.
        deck: the deck's name; made by its first picture.
        licence: recorded where the annotations name none.
        annotations: a COCO instances file.
        on_progress: told how many of how many files are done.

    Raises:
        GapError: no such folder, unreadable annotations, or the data folder can't be written.
    """
    if not folder.is_dir():
        raise GapError(f"No folder at '{folder}'. Give the folder that holds the pictures.")
    if not deck.strip():
        raise GapError("The deck's name is empty. Give it one, for example: --deck city")
    added: list[Taint] = []
    skipped: list[SkippedFile] = []
    seen: dict[str, str] = {}
    known = 0
    candidates = list(_candidates(folder, annotations, licence))
    for done, candidate in enumerate(candidates, start=1):
        try:
            picture = _read(candidate, folder, seen)
            if _add(store, candidate, picture, data_dir=data_dir, deck=deck):
                added.append(candidate.taint)
            else:
                known += 1
        except PictureRefusedError as err:
            skipped.append(SkippedFile(candidate.name, str(err)))
        if on_progress is not None:
            on_progress(done, len(candidates))
    return ImportReport(
        added=len(added), proposed=added.count("proposed"), known=known, skipped=tuple(skipped)
    )


def _candidates(folder: Path, annotations: Path | None, licence: str) -> Iterator[_Candidate]:
    if annotations is None:
        for file in _files(folder):
            name = file.relative_to(folder).as_posix()
            yield _Candidate(file, name, "folder", "untainted", licence)
        return
    for picture in read_coco(annotations):
        yield _Candidate(
            file=folder / picture.file_name,
            name=picture.file_name,
            source="coco",
            taint="proposed" if picture.objects <= FEW_OBJECTS else "untainted",
            licence=picture.licence or licence,
        )


def _files(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith("."):
                yield Path(place, name)


def _read(candidate: _Candidate, folder: Path, seen: dict[str, str]) -> Image.Image:
    try:
        if not candidate.file.resolve().is_relative_to(folder.resolve()):
            raise PictureRefusedError("lies outside the folder")
        if not candidate.file.is_file():
            raise PictureRefusedError("missing")
        picture = read_picture(candidate.file)
    except (OSError, ValueError) as err:  # ValueError: a zero byte in a name
        raise PictureRefusedError(f"can't be read ({err})") from err
    twin = seen.setdefault(picture_id(picture), candidate.name)
    if twin != candidate.name:
        raise PictureRefusedError(f"duplicate of '{twin}'")
    return picture


def _add(
    store: Store, candidate: _Candidate, picture: Image.Image, *, data_dir: Path, deck: str
) -> bool:
    place = save_picture(picture, data_dir=data_dir)
    now = datetime.now(UTC)
    image = ImageRecord(
        id=picture_id(picture),
        path=place,
        width_px=picture.width,
        height_px=picture.height,
        source=candidate.source,
        licence=candidate.licence,
        origin=candidate.name,
        added_utc=now,
    )
    with store.transaction():
        store.images.add(image)
        return store.images.put_in_deck(
            image.id, deck=deck, taint=candidate.taint, decided_by=IMPORTER, decided=now
        )
