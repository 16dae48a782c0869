"""The task in the pocket world: drawn covers, stories in other words, distractors that share parts.

Called by scripts/covers.py. Same files and shapes as the real task, so all that follows runs on it.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from gap_core.covers.records import LETTERS, SYSTEM, TASKS, CoverItem
from gap_core.covers.stories import story_of
from gap_core.covers.templates import image2text_prompt, text2image_prompt
from gap_core.covers.writing import register_files, write_items
from gap_core.pocket_world import Scene, render_scene, sample_scene
from gap_core.pocket_world.vocabulary import PLACES, WEATHERS
from gap_core.whole_files import write_json

IMAGES = "images"
_FIRST_SEED = 910_000_000
_THINGS = (2, 3)  # with one thing, two covers would often show the same
_SIZE_PX = (320, 240)
_APART = 1_000_000  # seeds between two sides


@dataclass(frozen=True)
class TaskSize:
    """Items of each task on each side; the defaults are the real task's."""

    train: int = 1_877
    dev: int = 10
    test: int = 400


class _Cover(NamedTuple):
    scene: Scene
    story: str
    image: str


def make_pocket_task(
    folder: Path,
    *,
    size: TaskSize,
    seed: int,
    on_item: Callable[[int, int], None] = lambda done, total: None,
) -> dict[str, int]:
    """Write both tasks' train, dev and test files, their pictures, and the answer key of test.

    Returns:
        How many items each file has.
    """
    (folder / IMAGES).mkdir(parents=True, exist_ok=True)
    sides = {"train": size.train, "dev": size.dev, "test": size.test}
    total, done, counts, files = sum(sides.values()), 0, {}, []
    for number, (side, count) in enumerate(sides.items()):
        items: dict[str, list[CoverItem]] = {task: [] for task in TASKS}
        for place in range(count):
            at = _FIRST_SEED + seed * 10 * _APART + number * _APART + place
            covers = _covers(folder, f"{side}{place}", at)
            for task, made in _both(covers, side, place, random.Random(f"item {at}")).items():
                items[task].append(made)
            done += 1
            on_item(done, total)
        for task, made_items in items.items():
            file = folder / f"{task}_{side}.json"
            _write_side(made_items, file, side)
            counts[file.stem] = len(made_items)
            files.append(file)
    register_files(files, folder)
    return counts


def _write_side(items: list[CoverItem], file: Path, side: str) -> None:
    """A test file without its letters, which go into a key beside it."""
    if side != "test":
        write_items(items, file)
        return
    write_items([replace(item, letter=None) for item in items], file)
    key = [{"id": item.id, "output": item.letter} for item in items]
    write_json(key, file.with_name(f"{file.stem}_key.json"))


def _covers(folder: Path, name: str, seed: int) -> list[_Cover]:
    """A cover and three that share parts with it, all with different stories."""
    rng = random.Random(f"cover {seed}")
    scenes = [sample_scene(seed, things=rng.randint(*_THINGS))]
    stories = [story_of(scenes[0], rng=rng)]
    while len(scenes) < 4:
        scene = _changed(scenes[0], rng)
        facts = {(one.weather, one.place, _looks(one)) for one in scenes}
        if (scene.weather, scene.place, _looks(scene)) in facts:
            continue
        scenes.append(scene)
        stories.append(story_of(scene, rng=rng))
    covers = []
    for number, (scene, story) in enumerate(zip(scenes, stories, strict=True)):
        image = f"{IMAGES}/{name}_{number}.png"
        render_scene(scene).resize(_SIZE_PX).save(folder / image, optimize=True)
        covers.append(_Cover(scene, story, image))
    return covers


def _looks(scene: Scene) -> tuple[tuple[str, str, str], ...]:
    return tuple(sorted((thing.kind, thing.colour, thing.word) for thing in scene.things))


def _changed(scene: Scene, rng: random.Random) -> Scene:
    """The scene with another weather, or one or two things in other colours."""
    if rng.random() < 0.35 and scene.place in PLACES:
        return replace(scene, weather=rng.choice([w for w in WEATHERS if w != scene.weather]))
    things = list(scene.things)
    for place in rng.sample(range(len(things)), rng.randint(1, min(2, len(things)))):
        colours = scene.world.kinds[things[place].kind].colours
        things[place] = replace(things[place], colour=rng.choice(colours))
    return replace(scene, things=tuple(things))


def _both(covers: list[_Cover], side: str, place: int, rng: random.Random) -> dict[str, CoverItem]:
    """The same four covers as an item of each task, the right one in a place of its own."""
    return {
        task: _item(task, covers, f"{side}-{task}-{place}" if side == "test" else None, place, rng)
        for task in TASKS
    }


def _item(
    task: str, covers: list[_Cover], identity: str | None, place: int, rng: random.Random
) -> CoverItem:
    order = rng.sample(range(4), 4)
    placed = [covers[number] for number in order]
    right = order.index(0)
    if task == "image2text":
        prompt = image2text_prompt(0, [one.story for one in placed])
        images: tuple[str, ...] = (covers[0].image,)
    else:
        prompt = text2image_prompt(0, covers[0].story)
        images = tuple(one.image for one in placed)
    return CoverItem(task, place, SYSTEM, prompt, LETTERS[right], images, identity)
