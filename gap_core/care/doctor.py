"""Looks an installation over and says what to do. Called by scripts/doctor.py."""

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal, NamedTuple

from PIL import Image
from safetensors import SafetensorError, safe_open

from db.errors import StoreError
from db.health import DatabaseHealth, check_database, deck_counts, who_deleted_words
from gap_core.care.backup import last_backup
from gap_core.decks.deal import DRAWN_DECKS
from gap_core.errors import GapError
from gap_core.events.withdrawing import datasets_with
from gap_core.play.rules import Rules
from gap_core.settings import SECRET_BYTES, Settings
from models.adapters import other_model
from models.errors import ModelError
from models.registry import SERVER_PREFIX, find_folder, find_language_folder, needs_fetching

State = Literal["fine", "warning", "broken"]
LOW_MIB, TOO_LOW_MIB = 2048, 256
CLOCK_SLACK = timedelta(minutes=5)
BACKUP_AGE = timedelta(days=2)
NAMED = 3  # of many broken pictures


class Finding(NamedTuple):
    """One thing that was looked at; `todo` says what to do unless it is fine."""

    subject: str
    state: State
    words: str
    todo: str = ""


def examine(settings: Settings, *, now: datetime) -> Iterator[Finding]:
    """Look at everything, one finding after the other; nothing is changed."""
    yield _disk(settings.data_dir)
    try:
        health = check_database(settings.db)
    except StoreError as err:
        todo = (
            "Start the game once, or name the right folder with --data-dir."
            if not settings.db.exists()
            else "Restore the last backup into a new folder: "
            "python -m scripts.backup --restore FOLDER --data-dir NEW"
        )
        yield Finding("database", "broken", str(err), todo)
        return
    yield _database(health, settings.db)
    yield _schema(health)
    yield _clock(health, now)
    yield _deck(settings)
    yield _pictures(health, settings.data_dir)
    yield _secret(settings.secret_file)
    yield _datasets(settings)
    yield _weights("model", settings.model)
    yield _weights("refiner", settings.refiner)
    for folder in health.adapters:
        yield _adapter(settings.data_dir / folder, model=settings.model)
    yield _last_backup(settings.data_dir, now)


def _disk(data_dir: Path) -> Finding:
    place = next(one for one in (data_dir, *data_dir.resolve().parents) if one.exists())
    free_mib = shutil.disk_usage(place).free / 2**20
    words = f"{free_mib / 1024:,.1f} GiB free at '{place}'"
    todo = "Free some space: when the disk is full, nobody can play on (nothing stored is lost)."
    if free_mib < TOO_LOW_MIB:
        return Finding("disk", "broken", words, todo)
    return Finding("disk", "warning" if free_mib < LOW_MIB else "fine", words, todo)


def _database(health: DatabaseHealth, path: Path) -> Finding:
    if health.is_sound:
        size_mib = path.stat().st_size / 2**20
        return Finding("database", "fine", f"'{path}' is sound ({size_mib:,.1f} MiB)")
    words = health.damage[0] if health.damage else f"{health.orphans} rows point at nothing"
    todo = (
        "Stop the game, keep a copy of the file, and restore the last backup into a new folder: "
        "python -m scripts.backup --restore FOLDER --data-dir NEW"
    )
    return Finding("database", "broken", f"'{path}' is damaged: {words}", todo)


def _schema(health: DatabaseHealth) -> Finding:
    if health.steps_unknown:
        words = f"made by a newer version of this project ({health.steps_unknown[0]})"
        return Finding("schema", "broken", words, "Bring the project up to date, then start again.")
    if health.steps_missing:
        words = f"{len(health.steps_missing)} steps behind ({health.steps_missing[0]})"
        return Finding("schema", "warning", words, "Back it up; the next start updates it.")
    return Finding("schema", "fine", "up to date")


def _clock(health: DatabaseHealth, now: datetime) -> Finding:
    if health.newest is not None and health.newest > now + CLOCK_SLACK:
        words = f"it is {_minute(now)} UTC here, and somebody played at {_minute(health.newest)}"
        todo = "Set the machine's clock: weeks and closing times go by it. Nothing is lost."
        return Finding("clock", "warning", words, todo)
    return Finding("clock", "fine", f"{_minute(now)} UTC, after all that was played")


def _minute(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M")


def _deck(settings: Settings) -> Finding:
    rules = Rules()
    traps, others = deck_counts(settings.db, settings.deck)
    words = f"'{settings.deck}' holds {traps} traps and {others} other pictures"
    if traps < rules.tainted_images or others < rules.untainted_images:
        todo = (
            f"Start the game once with --deck {settings.deck} to have it drawn."
            if settings.deck in DRAWN_DECKS
            else f"Add pictures: python -m scripts.import_images FOLDER --deck {settings.deck}"
        )
        return Finding("deck", "broken", words, todo)
    return Finding("deck", "fine", words)


def _pictures(health: DatabaseHealth, data_dir: Path) -> Finding:
    bad = [name for name in health.pictures if not _can_be_read(data_dir / name)]
    if not bad:
        return Finding("pictures", "fine", f"all {len(health.pictures)} can be read")
    named = ", ".join(f"'{name}'" for name in bad[:NAMED])
    todo = (
        "Copy them from a backup into the same place, or import the same pictures again. Until "
        "then whoever is dealt one is told so, and moves on when the time is up."
    )
    return Finding("pictures", "broken", f"{len(bad)} are missing or broken: {named}", todo)


def _can_be_read(file: Path) -> bool:
    try:
        with Image.open(file) as picture:
            picture.load()
    except Exception:  # a broken file can bring any error out of a decoder
        return False
    return True


def _secret(file: Path) -> Finding:
    if not file.is_file():
        words = f"no secret at '{file}'"
        todo = "The next start makes one; cookies and the draw of wrong answers then start anew."
        return Finding("secret", "warning", words, todo)
    if file.stat().st_size < SECRET_BYTES:
        return Finding(
            "secret", "broken", f"'{file}' is too short", "Remove it: a new one is made."
        )
    if file.stat().st_mode & 0o077:
        words = f"others on this machine can read '{file}'"
        return Finding("secret", "warning", words, f"Run: chmod 600 {file}")
    return Finding("secret", "fine", "there, and only its owner's")


def _datasets(settings: Settings) -> Finding:
    """Whether a dataset still holds words that a player had deleted."""
    gone, held = who_deleted_words(settings.db), []
    if gone and settings.secret_file.is_file():
        secret = settings.secret_file.read_bytes()
        held = datasets_with(gone, data_dir=settings.data_dir, secret=secret)
    if not held:
        return Finding("datasets", "fine", "none holds words that a player had deleted")
    words = ", ".join(f"'{name}'" for name in held) + ": words that a player had deleted since"
    return Finding("datasets", "warning", words, "Build them again, and whatever came of them.")


def _weights(subject: str, name: str) -> Finding:
    if name.startswith(SERVER_PREFIX):
        return Finding(subject, "fine", "on a server; the game says at its start if it isn't there")
    if needs_fetching(name):
        return Finding(subject, "fine", f"'{name}' comes from the hub; not looked at here")
    try:
        folder = find_language_folder(name) if subject == "refiner" else find_folder(name)
        count = _readable_tensors(folder)
    except (ModelError, GapError) as err:
        todo = f"Restore the folder, or choose another: --{subject} NAME"
        return Finding(subject, "broken", str(err), todo)
    return Finding(subject, "fine", f"'{name}' can be loaded ({count} tensors)")


def _adapter(folder: Path, *, model: str) -> Finding:
    try:
        made_for = other_model(folder, model)
        count = _readable_tensors(folder)
    except (ModelError, GapError) as err:
        todo = "Copy its folder from a backup, or train it again; it can't be served until then."
        return Finding("adapter", "warning", str(err), todo)
    words = f"'{folder.parent.name}' can be loaded ({count} tensors)"
    if made_for is not None:
        words += f", though not into '{model}': it was trained on '{made_for}'"
    return Finding("adapter", "fine", words)


def _readable_tensors(folder: Path) -> int:
    """How many tensors the folder's safetensors files hold.

    Raises:
        GapError: there are none, or a file is cut off or no such file.
    """
    files, count = sorted(folder.glob("*.safetensors")), 0
    if not files:
        raise GapError(f"'{folder}' holds no *.safetensors file.")
    for file in files:
        try:
            with safe_open(str(file), framework="np") as tensors:
                count += len(list(tensors.keys()))
        except (OSError, SafetensorError) as err:
            raise GapError(f"'{file}' can't be read ({err}).") from err
    return count


def _last_backup(data_dir: Path, now: datetime) -> Finding:
    todo = "Make one, best on another disk: python -m scripts.backup --to FOLDER"
    last = last_backup(data_dir)
    if last is None:
        return Finding("backup", "warning", "none was made", todo)
    age = now - last.made_utc
    words = f"the last, '{last.folder}', is {age / timedelta(hours=1):.0f} hours old"
    if not last.folder.is_dir():
        words += " and isn't there now"
    return Finding("backup", "warning" if age > BACKUP_AGE else "fine", words, todo)
