"""Training, measuring and building of the full edition: real model classes, few steps."""

import json
import random
from collections import Counter
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch

from gap_core.errors import GapError
from gap_core.pocket_training import scene_cache
from gap_core.pocket_training.batches import BatchMaker, BatchSource, choose_scene
from gap_core.pocket_training.build import Machine, build_model_part, data_hash
from gap_core.pocket_training.config import PocketConfig
from gap_core.pocket_training.corpus import corpus_lines
from gap_core.pocket_training.dense import patch_labels, picture_labels
from gap_core.pocket_training.examples import sample_row
from gap_core.pocket_training.lesson_scenes import lesson_scene
from gap_core.pocket_training.lessons import lessons_of
from gap_core.pocket_training.measure import fresh_questions, measure_pocket
from gap_core.pocket_training.recipes import RECIPES
from gap_core.pocket_training.scene_cache import Level, SceneCache
from gap_core.pocket_training.train import PocketTrainer
from gap_core.pocket_training.watching import Watcher
from gap_core.pocket_world import FULL, Scene, Thing, sample_scene
from gap_core.pocket_world.forms.form import CATEGORIES, SPATIAL
from gap_core.pocket_world.forms.seeing import is_legible
from gap_core.pocket_world.questions import Question
from models.base import Ask, Reply
from models.pocket_architecture import SHAPES, build_model, train_tokenizer

pytestmark = pytest.mark.usefixtures("one_thread")

SHORT = PocketConfig(
    edition="full", dense_steps=1, steps=1, pictures=2, questions=3, shard_scenes=2,
    vocabulary_tokens=1_500,
)  # fmt: skip


@pytest.fixture(scope="module")
def tokenizer():
    lines = corpus_lines(seed=1, edition=FULL)
    return train_tokenizer((line for line, _ in zip(lines, range(2_000), strict=False)))


@pytest.fixture
def few_scenes(monkeypatch):
    tiny = tuple(level._replace(scenes=4) for level in scene_cache.LEVELS["full"])
    monkeypatch.setitem(scene_cache.LEVELS, "full", tiny)


def test_a_run_on_the_full_world_changes_tower_and_language_model(tokenizer, tmp_path):
    trainer = PocketTrainer(SHORT, folder=tmp_path / "run", tokenizer=tokenizer)
    before = [p.detach().clone() for p in trainer.model.parameters()]
    seen: list = []
    trainer.run(on_step=seen.append, is_stopped=lambda: False)
    assert [progress.phase for progress in seen] == ["dense", "questions"]
    assert all(np.isfinite(progress.loss) for progress in seen)
    changed = [
        not torch.equal(a, b) for a, b in zip(before, trainer.model.parameters(), strict=True)
    ]
    assert sum(changed) > len(changed) / 2


def test_batches_made_ahead_are_those_made_in_place(tokenizer, tmp_path):
    cache = SceneCache(tmp_path, "full", 2)
    config = replace(SHORT, dense_steps=1, steps=3)
    maker = BatchMaker(config, cache, tokenizer)
    source = BatchSource(config, cache, tokenizer, workers=1)
    try:
        for step in range(4):
            made, taken = maker.make(step, 0), source.take(step, 0)
            assert np.array_equal(made.pixels, taken.pixels)
            assert np.array_equal(made.fine, taken.fine)
            assert (taken.packed is None) == (step == 0)
        assert torch.equal(made.packed.token_ids, taken.packed.token_ids)
        assert torch.equal(made.packed.segments, taken.packed.segments)
    finally:
        source.close()


def test_a_source_goes_on_where_a_resumed_run_stands(tokenizer, tmp_path):
    cache, config = SceneCache(tmp_path, "full", 2), replace(SHORT, dense_steps=0, steps=6)
    source = BatchSource(config, cache, tokenizer, workers=1)
    try:
        assert np.array_equal(
            source.take(4, 0).pixels, BatchMaker(config, cache, tokenizer).make(4, 0).pixels
        )
    finally:
        source.close()


def test_workers_draw_every_shard(tmp_path, few_scenes):
    cache = SceneCache(tmp_path, "full", 2)
    told: list = []
    cache.draw_all(workers=1, on_shard=lambda done, total: told.append((done, total)))
    assert told == [(n, 8) for n in range(1, 9)]
    assert all(cache.shard_path(*job).exists() for job in cache.shards())


def test_patch_labels_name_what_people_do_and_feel():
    girl = Thing("girl", "red", "big", "right", "sad", 300.0, 460.0, 1.1, activity="reading")
    clock = Thing("clock", "blue", "big", "right", "happy", 540.0, 460.0, 1.1, word="7:30")
    scene = Scene(
        1, "park", "sunny", (girl, clock), "full", time="day", season="spring",
        style="colour drawing", occasion="wedding",
    )  # fmt: skip
    lessons = lessons_of("full")
    names = [lesson.name for lesson in lessons.patch]
    labels = dict(zip(names, patch_labels(scene, columns=16, rows=12), strict=True))
    found = {
        name: {lesson.values[n - 1] for n in labels[name] if n}
        for name, lesson in zip(names, lessons.patch, strict=True)
    }
    assert found["activity"] == {"reading"} and found["face"] == {"sad"}
    assert found["hour"] == {"seven"} and found["half"] == {"half"}
    assert 0 < (labels["face"] > 0).sum() < (labels["activity"] > 0).sum()
    whole = [
        lesson.values[n] for lesson, n in zip(lessons.picture, picture_labels(scene), strict=True)
    ]
    assert whole == ["park", "sunny", "day", "spring", "wedding", "colour drawing"]


def test_patch_labels_name_a_number_where_its_plate_is():
    bus = Thing("bus", "red", "big", "right", "happy", 320.0, 440.0, 1.0, word="14")
    scene = Scene(1, "street", "sunny", (bus,), "full", time="day", style="colour drawing")
    names = [lesson.name for lesson in lessons_of("full").patch]
    labels = patch_labels(scene, columns=16, rows=12)[names.index("word")].reshape(12, 16)
    assert labels[10, 7] > 0  # 20 px left of the middle, 42 px above the foot
    assert 0 < (labels > 0).sum() < 5


def test_pictures_to_learn_from_are_full_of_people_and_writing():
    scenes = [lesson_scene(seed) for seed in range(200)]
    assert scenes[3] == lesson_scene(3)
    things = [(scene, thing) for scene in scenes for thing in scene.things]
    assert len(things) > 6 * len(scenes)
    assert max(len(scene.things) for scene in scenes) == 12  # more are not counted
    people = [thing for _, thing in things if thing.is_person]
    assert len(people) > len(things) / 4
    assert len({(thing.activity, thing.face) for thing in people}) == 44
    written = [(scene, thing) for scene, thing in things if thing.word]
    assert len(written) > len(things) / 5
    assert sum(is_legible(*one) for one in written) > 0.8 * len(written)
    assert len({thing.word for _, thing in written}) > 50


def test_everything_can_be_asked_about_pictures_to_learn_from():
    rng = random.Random(4)
    for seed in range(400):
        row = sample_row(lesson_scene(seed), rng=rng, questions=6, told_wrong=seed % 2 == 0)
        assert len(row.pairs) == 6


def test_things_to_learn_from_stand_whole_and_side_by_side():
    for scene in map(lesson_scene, range(100)):
        rows = {thing: thing.y_px > 400 for thing in scene.things}
        for thing in scene.things:
            assert thing.width_px / 2 <= thing.x_px <= 640 - thing.width_px / 2
            assert thing.height_px < thing.y_px < 480
        for left, right in pairwise(sorted(scene.things, key=lambda t: (rows[t], t.x_px))):
            if rows[left] == rows[right]:
                reach_px = (left.width_px + right.width_px) / 2
                assert right.x_px - left.x_px > reach_px - 0.2  # places are rounded


def test_a_batch_leaves_out_the_levels_that_its_stage_does_not_name(
    tokenizer, tmp_path, few_scenes
):
    levels = scene_cache.LEVELS["full"]
    config = replace(SHORT, dense_steps=0, pictures=20, stages=((0, 0, 0, 1), (1,)))
    maker = BatchMaker(config, SceneCache(tmp_path, "full", 2), tokenizer)

    def drawn() -> set[str]:
        return {path.name.rsplit("-", 2)[0] for path in tmp_path.glob("*.npy")}

    maker.make(0, 0)
    assert drawn() == {levels[3].name}
    maker.make(0, 1)
    assert drawn() == {levels[3].name, levels[0].name}


def test_patches_of_a_sketch_have_no_colour():
    car = Thing("car", "red", "big", "right", "happy", 300.0, 440.0, 1.0)
    scene = Scene(
        1, "street", "sunny", (car,), "full", time="day", season="summer", style="pencil sketch"
    )
    kinds, colours = patch_labels(scene, columns=16, rows=12)[:2]
    assert (kinds > 0).any() and not (colours > 0).any()


@pytest.mark.parametrize(
    ("wrong", "message"), [({"edition": "huge"}, "No edition 'huge'"), ({"shape": "x"}, "No shape")]
)
def test_an_unknown_edition_or_shape_is_refused(wrong, message):
    with pytest.raises(GapError, match=message):
        PocketConfig(**wrong)


@pytest.mark.parametrize("name", sorted(SHAPES))
def test_every_shape_fits_into_24_megabytes(tokenizer, name):
    model = build_model(tokenizer, seed=1, shape=SHAPES[name])
    spare = (2_048 - len(tokenizer)) * SHAPES[name].width
    assert 2 * (sum(p.numel() for p in model.parameters()) + spare) < 24e6


def test_another_world_has_another_hash(tmp_path, few_scenes, monkeypatch):
    before = data_hash(SceneCache(tmp_path, "full"))
    assert before == data_hash(SceneCache(tmp_path, "full"))
    other = (Level("full-one", 1, 1, 4, 5), *scene_cache.LEVELS["full"][1:])
    monkeypatch.setitem(scene_cache.LEVELS, "full", other)
    assert data_hash(SceneCache(tmp_path, "full")) != before


@pytest.mark.long
def test_a_built_model_has_a_manifest_with_its_figures(tmp_path, few_scenes):
    config = replace(
        RECIPES["pocket-full"], shape="small", dense_steps=1, steps=1, pictures=2, shard_scenes=2
    )
    manifest = build_model_part(config, tmp_path, machine=Machine(), watcher=Watcher(), scenes=10)
    written = json.loads((tmp_path / "model" / "manifest.json").read_text())
    assert written["config"]["edition"] == "full"
    assert written["figures"] == manifest.figures and manifest.figures["n"] == 10
    assert (written["steps"], len(written["data_sha256"])) == (2, 64)


class Mute:
    """A model that says nothing."""

    name, quantization, adapter = "mute", "none", None

    def answer(self, asks: list[Ask]) -> list[Reply]:
        return [Reply("", 0, 0.0, 0.0) for _ in asks]


def test_the_full_world_is_measured_in_every_category_alike():
    report = measure_pocket(Mute(), scenes=26, seed=5, edition=FULL)
    for tally in (report.simple, report.crowded):
        assert {name: n for name, n in tally.n.items() if name != "all"} == dict.fromkeys(
            CATEGORIES, 2
        )


def test_a_category_that_no_scene_can_be_asked_about_is_told():
    between_alone = replace(FULL, forms=("between",))
    with pytest.raises(
        ValueError, match=f"'{SPATIAL}' can't be asked about scenes of .1, 1. things"
    ):
        fresh_questions(1, things=(1, 1), seed=5, edition=between_alone)


def asked_of_fresh_scenes() -> list[Question]:
    rng, questions = random.Random(1), []
    for seed in range(300):
        scene = sample_scene(seed, things=1 + seed % 4, edition=FULL)
        row = sample_row(scene, rng=rng, questions=6, told_wrong=False)
        questions += [pair.question for pair in row.pairs]
    return questions


def test_every_category_is_taught_and_what_is_hard_most():
    asked = Counter(question.category for question in asked_of_fresh_scenes())
    assert min(asked[category] for category in CATEGORIES) > 0.005 * asked.total()
    assert asked.most_common(1)[0][0] == SPATIAL


def test_descriptions_are_taught_as_a_category_of_their_own():
    asked = Counter(question.form for question in asked_of_fresh_scenes())
    assert 0.03 < asked["describe"] / asked.total() < 0.15


@pytest.mark.parametrize(("edition", "is_chance"), [("full", False), ("basic", True)])
def test_pictures_of_the_full_world_show_writing_more_often_than_by_chance(
    tmp_path, edition, is_chance
):
    cache, rng = SceneCache(tmp_path, edition), random.Random(1)
    level = cache.levels[1]
    written = [
        is_written(cache.scene_of(level, choose_scene(cache, level, 500, rng))) for _ in range(400)
    ]
    by_chance = [is_written(cache.scene_of(level, index)) for index in range(500)]
    more = np.mean(written) - np.mean(by_chance)
    assert (abs(more) < 0.1) if is_chance else (0.15 < more < 0.35)


def is_written(scene: Scene) -> bool:
    return any(thing.word for thing in scene.things)
