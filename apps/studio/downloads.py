"""What pages made on this machine, handed out as one file. Called by pages and routes."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Literal

from gap_core.dataset.places import checked_name
from gap_core.errors import GapError

Kind = Literal["exports", "packages"]
KINDS: tuple[Kind, ...] = ("exports", "packages")
LARGEST_DOWNLOAD_BYTES = 1 << 30
_BLOCK = 1 << 20


def place_of(data_dir: Path, kind: str, name: str) -> Path:
    """The folder or file that was made.

    Raises:
        GapError: there is none, or none of that kind is handed out.
    """
    place = data_dir / kind / checked_name(name)
    if kind not in KINDS or place.is_symlink() or not place.exists():
        raise GapError(f"There is no '{name[:80]}' to download. Make it again.")
    return place


def address_of(kind: Kind, name: str) -> str:
    """Where a browser finds it."""
    return f"/download/{kind}/{checked_name(name)}"


def bytes_in(place: Path) -> int:
    """What the files of a folder, or a file, take."""
    return sum(file.stat().st_size for file in _files(place))


def too_large_words(place: Path) -> str:
    """Why it isn't handed out, and where it lies; empty where it is."""
    size = bytes_in(place)
    if size <= LARGEST_DOWNLOAD_BYTES:
        return ""
    return (
        f"It takes {size / 2**30:.1f} GiB, more than a browser is handed here "
        f"({LARGEST_DOWNLOAD_BYTES / 2**30:.0f} GiB). It lies on the server, in {place}"
    )


def zipped(place: Path) -> IO[bytes]:
    """A zip of it, at its beginning: a file without a name, gone once it is closed.

    Raises:
        GapError: it is too large, has just been replaced, or there is no room.
    """
    if words := too_large_words(place):
        raise GapError(words)
    file = tempfile.TemporaryFile(dir=place.parent)  # noqa: SIM115 (read by the response)
    try:
        with zipfile.ZipFile(file, "w") as archive:  # pictures and weights don't get smaller
            for one in _files(place):
                archive.write(one, f"{place.name}/{one.relative_to(place).as_posix()}")
    except OSError as err:
        file.close()
        raise GapError(
            f"'{place.name}' can't be read whole ({err.strerror}). Free some space, or try again."
        ) from err
    file.seek(0)
    return file


def blocks_of(file: IO[bytes]) -> Iterator[bytes]:
    """The file in pieces; closed at the end, or when nobody listens any more."""
    with file:
        while block := file.read(_BLOCK):
            yield block


def _files(place: Path) -> list[Path]:
    if place.is_file():
        return [place]
    return sorted(one for one in place.rglob("*") if one.is_file() and not one.is_symlink())
