"""Reads the task's files: what can be used, and what is wrong with the rest, by id.

Called by scripts and by every step that takes a file of the task.
"""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from gap_core.covers.records import IMAGE_TOKEN, LETTERS, PICTURES, TASKS, CoverItem, Problem
from gap_core.decks.reading import PictureRefusedError, read_picture
from gap_core.errors import GapError

SIDES = ("train", "dev", "test")


class ItemsRead(NamedTuple):
    """Items that can be used, in the file's order, and why the others can't."""

    items: list[CoverItem]
    problems: list[Problem]


def read_items(file: Path, *, task: str, images_dir: Path | None, has_answers: bool) -> ItemsRead:
    """The items of one file.

    Args:
        file: a JSON list of records.
        task: image2text or text2image.
        images_dir: the folder that pictures are relative to; None leaves pictures unopened.
        has_answers: each item must name its right letter; of a test set each must have an id of
            its own instead.

    Raises:
        GapError: no such task, or the file is no JSON list.
    """
    if task not in TASKS:
        raise GapError(f"No task '{task}'. Choose one of: {', '.join(TASKS)}.")
    items, problems = [], []
    for place, record in enumerate(read_list(file)):
        item, found = _item_of(record, task=task, place=place, has_answers=has_answers)
        if item is not None and not found and images_dir is not None:
            found = list(_picture_troubles(item, images_dir))
        if item is None or found:
            problems += found
        else:
            items.append(item)
    if not has_answers:
        problems += _taken_ids(items)
    return ItemsRead(items, problems)


def files_of(folder: Path, images_dir: Path | None) -> dict[str, ItemsRead]:
    """All files of the task in a folder, by their names without ending.

    Raises:
        GapError: there is none.
    """
    found = {}
    for task in TASKS:
        for side in SIDES:
            file = folder / f"{task}_{side}.json"
            if file.exists():
                found[file.stem] = read_items(
                    file, task=task, images_dir=images_dir, has_answers=side != "test"
                )
    if not found:
        raise GapError(f"'{folder}' has no file of the task, such as {TASKS[0]}_train.json.")
    return found


def read_list(file: Path) -> list[Any]:
    """The list that a JSON file holds.

    Raises:
        GapError: it can't be read, or holds something else.
    """
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except OSError as err:
        raise GapError(
            f"'{file}' can't be read ({err.strerror}). Name a file of the task."
        ) from err
    except ValueError as err:
        raise GapError(f"'{file}' is no JSON ({err}). Name a file of the task.") from err
    if not isinstance(found, list):
        raise GapError(f"'{file}' holds no list of records. Name a file of the task.")
    return found


def _item_of(
    record: Any, *, task: str, place: int, has_answers: bool
) -> tuple[CoverItem | None, list[Problem]]:
    name = f"item {place}"
    if not isinstance(record, dict):
        return None, [Problem(name, "it is no record with fields")]
    given = record.get("id")
    is_id = isinstance(given, str | int) and not isinstance(given, bool)
    identity = given if is_id else None
    if identity is not None:
        name = f"id {identity!r}"
    reasons = list(_reasons(record, task, has_answers=has_answers))
    if not has_answers and identity is None:
        reasons.append("a test item needs an id, text or number")
    if reasons:
        return None, [Problem(name, reason) for reason in reasons]
    item = CoverItem(
        task=task,
        place=place,
        system=str(record.get("system") or ""),
        prompt=record["input"],
        letter=_letter_in(record),
        images=tuple(record["images"]),
        id=identity,
    )
    return item, []


def _reasons(record: dict[str, Any], task: str, *, has_answers: bool) -> Iterator[str]:
    prompt, images = record.get("input"), record.get("images")
    if not isinstance(prompt, str) or not prompt.strip():
        yield "its input is empty or no text"
        return
    if not isinstance(images, list) or not all(isinstance(one, str) and one for one in images):
        yield "its images are no list of paths"
        return
    if len(images) != PICTURES[task]:
        yield f"it has {len(images)} pictures; {task} has {PICTURES[task]}"
    elif prompt.count(IMAGE_TOKEN) != len(images):
        tokens = prompt.count(IMAGE_TOKEN)
        yield f"its input has {tokens} {IMAGE_TOKEN} for {len(images)} pictures"
    letter = _letter_in(record)
    if letter not in (None, *LETTERS):
        yield f"its output is '{str(record['output'])[:20]}'; A, B, C or D was expected"
    elif has_answers and letter is None:
        yield "its output is missing"


def _letter_in(record: dict[str, Any]) -> str | None:
    output = record.get("output")
    return None if output is None or output == "" else str(output).strip()


def _picture_troubles(item: CoverItem, images_dir: Path) -> Iterator[Problem]:
    for path in item.images:
        try:
            read_picture(images_dir / path)
        except PictureRefusedError as err:
            yield Problem(item.name, f"picture '{path}' is {err}")
        except (OSError, ValueError) as err:
            told = err.strerror if isinstance(err, OSError) else "that can't be a path"
            yield Problem(item.name, f"picture '{path}' can't be read ({told})")


def _taken_ids(items: list[CoverItem]) -> list[Problem]:
    """Items whose id another one has; they are left out."""
    counts = Counter(str(item.id) for item in items)
    twice = [item for item in items if counts[str(item.id)] > 1]
    for item in twice:
        items.remove(item)
    return [Problem(item.name, "another item has this id") for item in twice]
