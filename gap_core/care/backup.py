"""Backups: made while the game runs, verified, restored. Called by scripts/backup.py.

A backup is a folder laid out as a data folder, with the sha256 of every file. Datasets, runs and
experiments are not in it: they are made again from what is.
"""

import contextlib
import json
import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from db.copying import copy_database
from db.health import DatabaseHealth, check_database
from gap_core.dataset.folders import MANIFEST, changed_files, new_folder
from gap_core.errors import GapError
from gap_core.settings import Settings
from gap_core.whole_files import write_json

DATABASE, SECRET = "gap.db", "secret.key"
NOTE = "last_backup.json"  # in the data folder: where the last backup was put, and when
SPARE_MIB = 64  # left free on the disk after a backup
Progress = Callable[[int, int], None]


class Backup(NamedTuple):
    """A backup that has just been verified."""

    folder: Path
    files: int
    mib: float
    missing: list[str]


class Noted(NamedTuple):
    """Where a backup was put, and when."""

    folder: Path
    made_utc: datetime


def backup_name(now: datetime) -> str:
    """A folder's name that sorts by time."""
    return now.strftime("gap-%Y%m%d-%H%M%S")


def make_backup(
    settings: Settings, folder: Path, *, on_progress: Progress = lambda done, total: None
) -> Backup:
    """Copy the database, then the pictures, adapters, figures and secret that belong to it.

    The folder appears whole and verified, or not at all. Pictures that are missing are told, not
    refused: what is there is worth keeping.

    Raises:
        GapError: the folder is taken, the disk too full, or the copy isn't sound.
        StoreError: the database is missing or can't be read.
    """
    health = check_database(settings.db)
    if health.damage:
        raise GapError(
            f"'{settings.db}' is damaged ({health.damage[0]}), and no backup is made of it. "
            "Restore the last good one."
        )
    _check_space(settings, folder)
    with new_folder(folder) as part:
        part.chmod(0o700)  # the secret is in it
        copy_database(settings.db, part / DATABASE, on_progress=on_progress)
        copied = check_database(part / DATABASE)
        if not copied.is_sound:
            raise GapError(f"The copy of '{settings.db}' isn't sound. Try again, or another disk.")
        missing = _copy_files(settings, copied, part)
    made = verify_backup(folder)._replace(missing=missing)
    note = {"folder": str(folder.resolve()), "made_utc": datetime.now(UTC).isoformat()}
    with contextlib.suppress(GapError):  # the backup is whole all the same
        write_json(note, settings.data_dir / NOTE)
    return made


def last_backup(data_dir: Path) -> Noted | None:
    """The last backup that was made of a data folder, wherever it lies."""
    try:
        note = json.loads((data_dir / NOTE).read_text(encoding="utf-8"))
        return Noted(Path(note["folder"]), datetime.fromisoformat(note["made_utc"]).astimezone(UTC))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def verify_backup(folder: Path) -> Backup:
    """Read every byte of a backup again.

    Raises:
        GapError: it is none, or a file isn't as it was written.
        StoreError: its database can't be read.
    """
    if not (folder / MANIFEST).is_file() or not (folder / DATABASE).is_file():
        raise GapError(f"'{folder}' is no backup. Make one: python -m scripts.backup")
    changed = changed_files(folder)
    if changed:
        raise GapError(
            f"The backup '{folder}' is damaged: {len(changed)} files differ from its manifest, "
            f"the first is '{changed[0]}'. Take another backup."
        )
    if not check_database(folder / DATABASE).is_sound:
        raise GapError(f"The database in '{folder}' isn't sound. Take another backup.")
    sizes = [file.stat().st_size for file in folder.rglob("*") if file.is_file()]
    return Backup(folder, len(sizes) - 1, sum(sizes) / 2**20, [])


def restore_backup(folder: Path, data_dir: Path) -> Backup:
    """Make a data folder from a verified backup; verified again once it is written.

    Raises:
        GapError: the backup is damaged, or the data folder holds something already.
    """
    verified = verify_backup(folder)
    if data_dir.exists() and any(data_dir.iterdir()):
        raise GapError(
            f"'{data_dir}' isn't empty, and nothing is written over. "
            "Move it away, or restore into a new folder with --data-dir."
        )
    if data_dir.exists():
        data_dir.rmdir()
    with new_folder(data_dir) as part:
        shutil.copytree(folder, part, dirs_exist_ok=True, ignore=shutil.ignore_patterns(MANIFEST))
    restored = verify_backup(data_dir)
    (data_dir / MANIFEST).unlink()
    return restored._replace(files=verified.files)


def _copy_files(settings: Settings, health: DatabaseHealth, part: Path) -> list[str]:
    """Everything that the database names, and what stands beside it; what of it is missing."""
    missing = []
    for name in health.pictures:
        if not _copy(settings.data_dir / name, part / name):
            missing.append(name)
    for name in health.adapters:
        if not Path(name).is_absolute() and not _copy(settings.data_dir / name, part / name):
            missing.append(name)
    for name in ("measured", "simulated_truth.db"):
        _copy(settings.data_dir / name, part / name)
    if not _copy(settings.secret_file, part / SECRET):
        missing.append(SECRET)
    return missing


def _copy(source: Path, target: Path) -> bool:
    """Copy a file or a folder; whether it was there."""
    if source.is_dir():
        shutil.copytree(source, target)
        return True
    if not source.is_file():
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(source, target)
    return True


def _check_space(settings: Settings, folder: Path) -> None:
    existing = next(place for place in (folder, *folder.resolve().parents) if place.exists())
    files = [settings.db, Path(f"{settings.db}-wal"), *(settings.data_dir / "images").rglob("*")]
    needed_mib = sum(os.path.getsize(file) for file in files if file.is_file()) / 2**20
    free_mib = shutil.disk_usage(existing).free / 2**20
    if free_mib < needed_mib + SPARE_MIB:
        raise GapError(
            f"A backup needs about {needed_mib:,.0f} MiB, and '{existing}' has {free_mib:,.0f} MiB "
            "free. Free some, or name a folder on another disk with --to."
        )
