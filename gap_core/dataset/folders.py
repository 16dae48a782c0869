"""Folders that appear whole or not at all, with the sha256 of every file in them.

Called by building, import and export.
"""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gap_core.errors import GapError

MANIFEST = "manifest.json"
_BLOCK = 1 << 20


@contextmanager
def new_folder(folder: Path, *, replace: bool = False) -> Iterator[Path]:
    """A folder to write into, which gets its name once the block has ended without an error.

    A manifest of all its files is written last. Whatever fails, nothing half made is left under
    the name, and what was there stays.

    Args:
        folder: the name; its parent is made if need be.
        replace: put it in the place of a folder of that name, which must hold a manifest.

    Raises:
        GapError: the name is taken, or can't be written.
    """
    _check_free(folder, replace)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}.part-"))
        part.chmod(0o755)  # mkdtemp makes it for its owner alone
    except OSError as err:
        raise _unwritable(folder, err) from err
    try:
        yield part
        write_manifest(part)
        _put_in_place(part, folder)
    except OSError as err:
        shutil.rmtree(part, ignore_errors=True)
        raise _unwritable(folder, err) from err
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise


def _check_free(folder: Path, replace: bool) -> None:
    if not folder.exists() and not folder.is_symlink():
        return
    if not replace:
        raise GapError(f"'{folder}' is there already. Choose another name, or replace it.")
    if not (folder / MANIFEST).is_file() or folder.is_symlink():
        raise GapError(
            f"'{folder}' was not made here: it has no '{MANIFEST}'. "
            "It is not replaced; choose another name."
        )


def _put_in_place(part: Path, folder: Path) -> None:
    if not folder.exists():
        os.rename(part, folder)
        return
    old = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}.old-"))
    os.rename(folder, old / folder.name)
    try:
        os.rename(part, folder)
    except BaseException:
        os.rename(old / folder.name, folder)
        raise
    finally:
        shutil.rmtree(old, ignore_errors=True)


def _unwritable(folder: Path, err: OSError) -> GapError:
    return GapError(
        f"'{folder}' can't be written ({err.strerror or err}). "
        "Free some space or choose another folder."
    )


def write_manifest(folder: Path) -> None:
    """Write size and sha256 of every file of the folder into its manifest."""
    files = [
        {"path": file.relative_to(folder).as_posix(), "bytes": file.stat().st_size}
        | {"sha256": sha256_of(file)}
        for file in _files(folder)
    ]
    (folder / MANIFEST).write_text(
        json.dumps({"files": files}, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )


def changed_files(folder: Path) -> list[str]:
    """The files that differ from the manifest, are missing, or are not in it.

    Raises:
        GapError: there is no manifest that can be read.
    """
    try:
        listed = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["files"]
        hashes = {str(one["path"]): one["sha256"] for one in listed}
    except (OSError, ValueError, KeyError, TypeError) as err:
        raise GapError(
            f"'{folder}' has no '{MANIFEST}' that can be read. "
            "Give the folder of a dataset: python -m scripts.build_dataset makes one."
        ) from err
    found = {file.relative_to(folder).as_posix(): file for file in _files(folder)}
    changed = [name for name in hashes if name not in found]
    changed += [name for name, file in found.items() if hashes.get(name) != sha256_of(file)]
    return sorted(changed)


def _files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.rglob("*") if file.is_file() and file.name != MANIFEST)


def sha256_of(file: Path) -> str:
    """The sha256 of a file's bytes."""
    digest = hashlib.sha256()
    with file.open("rb") as bytes_:
        while block := bytes_.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
