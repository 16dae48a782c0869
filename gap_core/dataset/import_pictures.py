"""The pictures that imported records name or hold: checked, decoded, kept. Called by importing."""

import tempfile
from collections import OrderedDict
from pathlib import Path
from typing import NamedTuple

from gap_core.dataset.formats.base import Raw
from gap_core.dataset.sample import MOST_FIELD_CHARS
from gap_core.decks.pictures import picture_id, save_picture
from gap_core.decks.reading import PictureRefusedError, read_picture

OUTSIDE = "the picture lies outside the folder of pictures"
_REMEMBERED = 2_000  # names whose picture was just read


class RecordRefusedError(Exception):
    """Why a record can't be used."""


class KeptPicture(NamedTuple):
    """A picture in the data folder; without a path only its name is at hand."""

    image_id: str
    path: str | None
    name: str


class PictureKeeper:
    """Finds the pictures of records and keeps them in the data folder."""

    def __init__(self, *, root: Path, data_dir: Path, without_pictures: bool) -> None:
        """Take what is needed.

        Args:
            root: the only folder that named pictures are read from.
            data_dir: where they go.
            without_pictures: take records whose picture is not there, by the picture's name.
        """
        self._root, self._data_dir = root.resolve(), data_dir
        self._without = without_pictures
        self._recent: OrderedDict[str, KeptPicture] = OrderedDict()
        self._by_key: dict[str, KeptPicture] = {}

    def keep(self, raw: Raw) -> KeptPicture:
        """The record's picture.

        Raises:
            RecordRefusedError: it names none, or one that may not or can't be read.
        """
        if raw.same_as:
            if raw.same_as not in self._by_key:
                raise RecordRefusedError("no row before it has the picture that it names")
            return self._by_key[raw.same_as]
        if isinstance(raw.image, bytes):
            kept = self._from_bytes(raw.image)
        elif isinstance(raw.image, str) and raw.image.strip():
            kept = self._from_name(raw.image.strip())
        else:
            raise RecordRefusedError("no picture is named")
        if raw.key:
            self._by_key[raw.key] = kept
        return kept

    def _from_bytes(self, content: bytes) -> KeptPicture:
        with tempfile.NamedTemporaryFile(suffix=".picture") as file:
            file.write(content)
            file.flush()
            return self._save(Path(file.name), "")

    def _from_name(self, name: str) -> KeptPicture:
        if len(name) > MOST_FIELD_CHARS:
            raise RecordRefusedError("the picture's name is too long")
        if name in self._recent:
            self._recent.move_to_end(name)
            return self._recent[name]
        kept = self._read(name)
        self._recent[name] = kept
        if len(self._recent) > _REMEMBERED:
            self._recent.popitem(last=False)
        return kept

    def _read(self, name: str) -> KeptPicture:
        if "://" in name:
            return self._absent(name, "the picture is an address; fetch it first")
        parts = name.replace("\\", "/").split("/")
        if ".." in parts:
            raise RecordRefusedError(OUTSIDE)
        try:
            file = (self._root / "/".join(parts)).resolve()
            is_inside = file.is_relative_to(self._root)
            if _is_absolute(parts) and not (is_inside and file.is_file()):
                name = parts[-1]  # the rest is of the machine it was made on
                file = (self._root / name).resolve()
            is_there = file.is_file()
        except (OSError, ValueError, RuntimeError) as err:  # too long, a zero byte, loops of links
            raise RecordRefusedError("the picture's name can't be one") from err
        if not is_there:
            return self._absent(name, "the picture is missing")
        if not file.is_relative_to(self._root):
            raise RecordRefusedError(OUTSIDE)
        return self._save(file, name)

    def _absent(self, name: str, reason: str) -> KeptPicture:
        if not self._without:
            raise RecordRefusedError(reason)
        return KeptPicture(f"name:{name}"[:MOST_FIELD_CHARS], None, name)

    def _save(self, file: Path, name: str) -> KeptPicture:
        try:
            picture = read_picture(file)
        except (PictureRefusedError, OSError) as err:
            raise RecordRefusedError(f"the picture is {err}") from err
        path = save_picture(picture, data_dir=self._data_dir)
        return KeptPicture(picture_id(picture), path, name)


def _is_absolute(parts: list[str]) -> bool:
    return parts[0] == "" or parts[0].endswith(":")
