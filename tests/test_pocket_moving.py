"""Pictures that are moved and mirrored together with their scenes."""

import random
from pathlib import Path

import numpy as np
import pytest

from gap_core.pocket_training.batches import BatchMaker
from gap_core.pocket_training.config import PocketConfig
from gap_core.pocket_training.lesson_scenes import lesson_scene
from gap_core.pocket_training.moving import moved
from gap_core.pocket_training.scene_cache import SceneCache, scaled_for_model
from gap_core.pocket_training.transfer import finished_tokenizer
from gap_core.pocket_world import FULL, Scene, Thing, render_scene, sample_scene

_SCENES = [sample_scene(seed, things=2, edition=FULL) for seed in range(30)]


def body_of(thing: Thing, pixels: np.ndarray) -> np.ndarray:
    """The pixels in the middle of a thing, (rows, columns, 3)."""
    left, right = ((thing.x_px + thing.width_px * share) / 4 for share in (-0.25, 0.25))
    top, bottom = ((thing.y_px - thing.height_px * share) / 4 for share in (0.7, 0.3))
    return pixels[int(top) : int(bottom), int(left) : int(right)].astype(int)


def test_a_moved_scene_looks_as_it_is_drawn():
    differences = []
    for number, scene in enumerate([*_SCENES, *map(lesson_scene, range(5))]):
        picture = scaled_for_model(render_scene(scene))
        there, pixels = moved(scene, picture, rng=random.Random(number))
        drawn = scaled_for_model(render_scene(there))
        assert pixels.shape == picture.shape and pixels.dtype == np.uint8
        for thing in there.things:
            differences.append(np.abs(body_of(thing, pixels) - body_of(thing, drawn)).mean())
    assert np.median(differences) < 3
    assert np.mean(differences) < 10  # what stays unmoved in the drawing: decoration and paper


def test_most_pictures_move_and_half_of_them_turn_round():
    picture = np.zeros((120, 160, 3), dtype=np.uint8)
    kept = [s for s in _SCENES if not any(t.word or t.kind == "guitar" for t in s.things)]
    there = [moved(scene, picture, rng=random.Random(7 + n))[0] for n, scene in enumerate(kept)]
    pairs = list(zip(kept, there, strict=True))
    assert sum(after != before for before, after in pairs) > 0.8 * len(pairs)
    turned = [after.things[-1].kind == before.things[0].kind for before, after in pairs]
    facings = [after.things[-1].facing != before.things[0].facing for before, after in pairs]
    both = sum(kind and facing for kind, facing in zip(turned, facings, strict=True))
    assert 0.25 * len(pairs) < both < 0.75 * len(pairs)
    for _, after in pairs:
        assert list(after.things) == sorted(after.things, key=lambda thing: thing.x_px)
        assert all(thing.width_px / 2 - 6 <= thing.x_px for thing in after.things)


@pytest.mark.parametrize("kind", ["sign", "clock", "guitar"])
def test_what_would_read_wrongly_is_not_turned_round(kind):
    thing = Thing(kind, "red", "big", "right", "happy", 320.0, 440.0, 1.0)
    scene = Scene(1, "street", "sunny", (thing,), "full", time="day", style="colour drawing")
    picture = np.zeros((120, 160, 3), dtype=np.uint8)
    there = [moved(scene, picture, rng=random.Random(seed))[0] for seed in range(20)]
    assert all(one.things[0].facing == "right" for one in there)


def test_no_move_brings_a_thing_between_two_sides():
    thing = Thing("apple", "red", "big", "right", "happy", 215.0, 440.0, 1.0)
    scene = Scene(1, "street", "sunny", (thing,), "full", time="day", style="colour drawing")
    picture = np.zeros((120, 160, 3), dtype=np.uint8)
    for seed in range(40):
        (there,) = moved(scene, picture, rng=random.Random(seed))[0].things
        assert not any(abs(there.x_px - border) < 18 for border in (240, 400))


def test_a_run_that_moves_pictures_has_labels_and_questions_of_the_moved_ones(tmp_path):
    tokenizer = finished_tokenizer(Path("models/pocket_full"))
    cache = SceneCache(tmp_path, "full", 4)
    still, moving = (
        BatchMaker(
            PocketConfig(
                edition="full", pictures=4, questions=1, dense_steps=1, steps=1, shard_scenes=4,
                is_moving=is_moving,
            ),
            cache,
            tokenizer,
        ).make(0, 0)
        for is_moving in (False, True)
    )  # fmt: skip
    assert not np.array_equal(still.pixels, moving.pixels)
    assert not np.array_equal(still.fine, moving.fine)
    assert np.array_equal(still.whole, moving.whole)
