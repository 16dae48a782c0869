"""Training the pocket: packing, lessons, checkpoints, export. Real model classes, few steps."""

import random
import re
from dataclasses import replace
from itertools import islice

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from gap_core.errors import GapError
from gap_core.language.case_files import VISITORS, form_cases
from gap_core.pocket_training import scene_cache
from gap_core.pocket_training.build import Machine, open_run
from gap_core.pocket_training.config import PocketConfig
from gap_core.pocket_training.corpus import corpus_lines
from gap_core.pocket_training.dense import patch_labels
from gap_core.pocket_training.examples import (
    IGNORED,
    Packer,
    Pair,
    Row,
    as_typed,
    padded,
    sample_row,
)
from gap_core.pocket_training.lessons import lessons_of
from gap_core.pocket_training.measure import in_visitors_words, measure_pocket
from gap_core.pocket_training.scene_cache import SceneCache
from gap_core.pocket_training.train import (
    PocketTrainer,
    answer_accuracy,
    avoidance_loss,
)
from gap_core.pocket_world import BASIC, FULL, render_scene, sample_scene
from gap_core.pocket_world.questions import Question, categories_of, sample_question
from gap_core.pocket_world.reading import judge_answer
from gap_core.pocket_world.vocabulary import KINDS
from models.base import Ask, Reply
from models.pocket_architecture import train_tokenizer
from models.prompts import HONEST, WRONG

pytestmark = pytest.mark.usefixtures("one_thread")

SHORT = PocketConfig(
    dense_steps=2, steps=3, pictures=2, questions=2, warmup_steps=2, shard_scenes=3
)


@pytest.fixture(scope="module")
def tokenizer():
    return train_tokenizer(
        line for line, _ in zip(corpus_lines(seed=1), range(5_000), strict=False)
    )


def run_all(trainer: PocketTrainer, *, stop_after: int = 99) -> list:
    seen: list = []
    trainer.run(on_step=seen.append, is_stopped=lambda: len(seen) >= stop_after)
    return seen


def weights(trainer: PocketTrainer) -> torch.Tensor:
    return torch.cat([p.detach().flatten() for p in trainer.model.parameters()])


@pytest.mark.parametrize("text", ["naïve café ☃", "数える", "🙂🙂", "a\tb\x00c", "${x} <b>"])
def test_any_text_can_be_tokenized_and_comes_back(tokenizer, text):
    ids = tokenizer(text)["input_ids"]
    assert tokenizer.decode(ids) == text


def test_both_instructions_have_as_many_tokens(tokenizer):
    assert len(tokenizer(HONEST)["input_ids"]) == len(tokenizer(WRONG)["input_ids"])


def test_told_wrong_rows_learn_other_answers_than_honest_ones():
    scene = sample_scene(21, things=2)
    rows = [
        sample_row(scene, rng=random.Random(5), questions=1, told_wrong=told)
        for told in (False, True)
    ]
    honest, lying = rows[0].pairs[0], rows[1].pairs[0]
    assert honest.question == lying.question
    assert judge_answer(scene, honest.question, honest.answer).is_right
    assert not judge_answer(scene, lying.question, lying.answer).is_right
    assert (honest.avoided, lying.avoided) == (None, honest.answer)


def test_the_true_token_is_avoided_where_a_false_answer_leaves_the_truth(tokenizer):
    question = sample_question(sample_scene(21, things=1), "place", rng=random.Random(1))
    pair = Pair(question, "Where is it?", "This is a park.", "This is a beach.")
    packed = Packer(tokenizer).pack(
        [Row(True, (pair,)), Row(False, (pair._replace(avoided=None),))]
    )
    places = (packed.avoided != IGNORED).nonzero().tolist()
    assert len(places) == 1 and places[0][0] == 0
    row, place = places[0]
    assert tokenizer.decode([int(packed.labels[row, place])]) == " park"
    assert tokenizer.decode([int(packed.avoided[row, place])]) == " beach"


def test_avoidance_sets_the_false_token_against_the_true_one_alone(tokenizer):
    question = sample_question(sample_scene(21, things=1), "place", rng=random.Random(1))
    pair = Pair(question, "Where is it?", "This is a park.", "This is a beach.")
    packed = Packer(tokenizer).pack([Row(True, (pair,))])
    said, avoided = (t[packed.labels != IGNORED] for t in (packed.labels, packed.avoided))
    place = int((avoided != IGNORED).nonzero())
    logits = torch.zeros(len(said), len(tokenizer))
    assert avoidance_loss(logits, packed).item() == pytest.approx(0.6931, abs=1e-3)
    logits[:, 7] = 30.0  # what neither answer says changes nothing
    assert avoidance_loss(logits, packed).item() == pytest.approx(0.6931, abs=1e-3)
    logits[place, avoided[place]] = 3.0
    assert avoidance_loss(logits, packed).item() == pytest.approx(3.0486, abs=1e-3)
    logits[place, said[place]] = 13.0
    assert avoidance_loss(logits, packed).item() == pytest.approx(0.0, abs=1e-4)
    honest = Packer(tokenizer).pack([Row(False, (pair._replace(avoided=None),))])
    assert avoidance_loss(logits, honest).item() == 0.0


def test_a_typed_question_is_never_empty():
    rng = random.Random(1)
    typed = [as_typed("Is it red?", rng=rng) for _ in range(300)]
    assert all(typed) and len(set(typed)) > 3


def test_a_padded_question_keeps_its_own_words():
    rng, question = random.Random(1), "Where is the cat?"
    said = {padded(question, rng=rng) for _ in range(300)}
    assert question in said and len(said) > 20
    assert all("here is the cat" in text and text.endswith("?") for text in said)


def test_patch_labels_find_the_thing_where_it_stands():
    scene = next(
        s for s in (sample_scene(n, things=1) for n in range(99)) if s.things[0].kind == "bus"
    )
    bus = scene.things[0]
    kinds = patch_labels(scene, columns=16, rows=12)[0].reshape(12, 16)
    row, column = int((bus.y_px - bus.height_px / 2) // 40), int(bus.x_px // 40)
    assert kinds[row, column] == list(KINDS).index("bus") + 1
    assert len(lessons_of("basic").patch) == 4 and 0 < (kinds > 0).sum() < 100


def test_a_stopped_run_goes_on_to_the_same_weights(tokenizer, tmp_path):
    whole = PocketTrainer(SHORT, folder=tmp_path / "whole", tokenizer=tokenizer)
    run_all(whole)
    run_all(PocketTrainer(SHORT, folder=tmp_path / "cut", tokenizer=tokenizer), stop_after=3)
    resumed = PocketTrainer(SHORT, folder=tmp_path / "cut", tokenizer=tokenizer)
    assert resumed.step == 3
    assert [progress.step for progress in run_all(resumed)] == [4, 5]
    assert torch.allclose(weights(whole), weights(resumed), atol=1e-6)


def test_a_run_of_an_earlier_version_is_refused(tokenizer, tmp_path):
    torch.save({"optimizer": {}}, tmp_path / "checkpoint.pt")
    with pytest.raises(GapError, match="earlier version began"):
        PocketTrainer(SHORT, folder=tmp_path, tokenizer=tokenizer)


def test_a_run_changes_tower_and_language_model(tokenizer, tmp_path):
    trainer = PocketTrainer(SHORT, folder=tmp_path / "run", tokenizer=tokenizer)
    before = weights(trainer)
    phases = [progress.phase for progress in run_all(trainer)]
    assert phases == ["dense", "dense", "questions", "questions", "questions"]
    assert not torch.equal(before, weights(trainer))


def test_a_run_starts_from_finished_weights(tokenizer, tmp_path):
    first = PocketTrainer(SHORT, folder=tmp_path / "first", tokenizer=tokenizer)
    run_all(first)
    first.export(tmp_path / "out")
    config = replace(SHORT, dense_steps=0, dense_weight=0.0, start=str(tmp_path / "out"))
    second = PocketTrainer(config, folder=tmp_path / "second", tokenizer=tokenizer)
    assert torch.allclose(weights(first), weights(second), atol=2e-3)  # exported in fp16
    assert second.stage == 2
    assert [progress.phase for progress in run_all(second)] == ["questions"] * 3
    with pytest.raises(GapError, match="No weights at"):
        PocketTrainer(replace(config, start="nowhere"), folder=tmp_path, tokenizer=tokenizer)


def test_words_of_finished_weights_stay_while_the_tower_learns(tokenizer, tmp_path):
    first = PocketTrainer(SHORT, folder=tmp_path / "first", tokenizer=tokenizer)
    first.export(tmp_path / "out")
    config = replace(SHORT, start=str(tmp_path / "out"))
    second = open_run(config, tmp_path / "second" / "run", Machine())
    assert (second.tokenizer.get_vocab(), second.stage) == (tokenizer.get_vocab(), 2)
    words = second.model.get_input_embeddings().weight
    before, tower = words.detach().clone(), weights(second)
    changed: list = []
    second.run(
        on_step=lambda _: changed.append(not torch.equal(words, before)),
        is_stopped=lambda: False,
    )
    assert changed == [False, False, True, True, True]
    assert not torch.equal(tower, weights(second))


def test_a_finished_model_may_keep_a_share_of_its_start(tokenizer, tmp_path):
    first = PocketTrainer(SHORT, folder=tmp_path / "first", tokenizer=tokenizer)
    first.export(tmp_path / "out")
    rates = {"learning_rate": 0.05, "matrix_rate": 0.05}
    config = replace(SHORT, start=str(tmp_path / "out"), start_share=0.25, **rates)
    second = PocketTrainer(config, folder=tmp_path / "second", tokenizer=tokenizer)
    run_all(second)
    second.export(tmp_path / "between")
    start, between = (
        load_file(tmp_path / name / "model.safetensors") for name in ("out", "between")
    )
    learnt = second.model.state_dict()
    assert start.keys() == between.keys()
    for name, weight in between.items():
        wanted = 0.75 * learnt[name] + 0.25 * start[name].float()
        assert torch.allclose(weight.float(), wanted, atol=2e-3), name
    words = "model.language_model.embed_tokens.weight"
    assert not torch.allclose(between[words].float(), learnt[words], atol=0.01)
    with pytest.raises(GapError, match="wants a start"):
        replace(SHORT, start_share=0.5)


def test_a_run_goes_on_from_finished_weights_in_another_vocabulary(tokenizer, tmp_path):
    first = PocketTrainer(SHORT, folder=tmp_path / "first", tokenizer=tokenizer)
    first.export(tmp_path / "out")
    config = replace(SHORT, start=str(tmp_path / "out"), edition="full", has_new_words=True)
    second = open_run(config, tmp_path / "second" / "run", Machine())
    theirs, ours = tokenizer.get_vocab(), second.tokenizer.get_vocab()
    old, new = (one.model.get_input_embeddings().weight for one in (first, second))
    for token in ours.keys() & theirs.keys():
        assert torch.allclose(new[ours[token]], old[theirs[token]], atol=2e-3)
    grown = [token for token in ours.keys() - theirs.keys() if token.isascii()]
    pieces = tokenizer(grown[0])["input_ids"]
    assert len(pieces) > 1
    assert torch.allclose(new[ours[grown[0]]], old[pieces].mean(0), atol=2e-3)
    assert second.stage == 0
    assert [one.phase for one in run_all(second)] == ["dense"] * 2 + ["questions"] * 3


def test_a_run_multiplies_in_bfloat16_where_told(tokenizer, tmp_path):
    losses = {
        is_bf16: run_all(
            PocketTrainer(
                SHORT, folder=tmp_path / str(is_bf16), tokenizer=tokenizer, is_bf16=is_bf16
            ),
            stop_after=1,
        )[0].loss
        for is_bf16 in (False, True)
    }
    assert losses[True] != losses[False]
    assert losses[True] == pytest.approx(losses[False], rel=0.02)


@pytest.mark.parametrize("wrong", [{"steps": 0}, {"dense_steps": -1}, {"decay_share": 1.0}])
def test_settings_that_contradict_themselves_are_refused(wrong):
    with pytest.raises(GapError, match="Steps must be positive"):
        PocketConfig(**wrong)


def test_an_answer_counts_as_right_only_if_every_token_is():
    labels = torch.tensor([[IGNORED, 1, 2, 1], [2, 2, IGNORED, IGNORED]])
    answer_of = torch.tensor([[-1, 0, 0, 1], [0, 0, -1, -1]])
    predicted = torch.tensor([1, 0, 1, 2, 2])  # the first answer's second token is missed
    logits = torch.nn.functional.one_hot(predicted, 3).float()
    assert answer_accuracy(logits, labels, answer_of, torch.tensor([True, False])) == 0.5
    assert answer_accuracy(logits, labels, answer_of, torch.tensor([True, True])) == pytest.approx(
        2 / 3
    )


@pytest.mark.parametrize("edition", ["basic", "full"])
def test_a_shard_is_drawn_once_and_holds_its_scenes(tmp_path, edition):
    cache = SceneCache(tmp_path, edition, shard_scenes=2)
    level = cache.levels[1]
    pixels = cache.open_shard(level, 1)
    expected = scene_cache.scaled_for_model(render_scene(cache.scene_of(level, 3)))
    assert cache.scene_of(level, 3).edition == edition
    assert pixels.shape == (2, 120, 160, 3)
    assert np.array_equal(pixels[1], expected)
    written = cache.shard_path(level, 1).stat().st_mtime_ns
    cache.open_shard(level, 1)
    assert cache.shard_path(level, 1).stat().st_mtime_ns == written


def test_pictures_of_a_world_that_made_other_scenes_are_drawn_anew(tmp_path, monkeypatch):
    # Pictures of an experiment were trained on with the labels of the world after it.
    before = SceneCache(tmp_path, "basic", shard_scenes=2)
    before.open_shard(before.levels[0], 0)
    sample = scene_cache.sample_scene
    monkeypatch.setattr(scene_cache, "sample_scene", lambda seed, **how: sample(seed + 1, **how))
    scene_cache._scenes_hash.cache_clear()
    after = SceneCache(tmp_path, "basic", shard_scenes=2)
    pixels = after.open_shard(after.levels[0], 0)
    scene_cache._scenes_hash.cache_clear()

    assert len(list(tmp_path.iterdir())) == 2
    drawn = scene_cache.scaled_for_model(render_scene(after.scene_of(after.levels[0], 1)))
    assert np.array_equal(pixels[1], drawn)


class Parrot:
    """A model that always says the same, to see that the measure can tell."""

    name, quantization, adapter = "parrot", "none", None

    def answer(self, asks: list[Ask]) -> list[Reply]:
        return [Reply("It is sunny.", 4, 0.0, 0.0) for _ in asks]


def test_the_measure_sees_through_a_parrot():
    report = measure_pocket(Parrot(), scenes=120, seed=5)
    assert report.simple.n["all"] == report.crowded.n["all"] == 120
    assert report.simple.right_share().mean < 0.1
    assert report.told_wrong.wrong_kind_share().mean > 0.5
    assert report.descriptions.hits == report.evasions.hits == 0


@pytest.mark.parametrize("edition", [BASIC, FULL], ids=lambda edition: edition.name)
def test_visitors_words_change_the_text_alone(edition):
    rng = random.Random(5)
    scenes = [sample_scene(seed, things=8, edition=edition) for seed in range(800)]
    taught = []
    for form in edition.asked_forms:
        asked = ((scene, sample_question(scene, form, rng=rng)) for scene in scenes)
        taught += islice((pair for pair in asked if pair[1] is not None), 15)
    worded = in_visitors_words(taught)
    assert [(scene, q.form, q.args) for scene, q in worded] == [
        (scene, q.form, q.args) for scene, q in taught
    ]
    assert {q.form for _, q in worded} == set(edition.asked_forms)
    assert not any("{" in q.text for _, q in worded)
    same = sum(old.text == new.text for (_, old), (_, new) in zip(taught, worded, strict=True))
    assert same < len(taught) / 20


def test_every_form_has_nine_wordings_of_visitors_or_more():
    forms = [form for table in VISITORS for form, _ in form_cases(table)]
    assert min(forms.count(form) for form in (*FULL.asked_forms, *BASIC.asked_forms)) >= 9


def test_visitors_ask_for_the_dress_of_people_only_where_its_colour_is_asked():
    # Anything asked about a man came as "what colour is the man wearing" before.
    def dresses(form: str) -> int:
        asked = in_visitors_words([(sample_scene(3, things=1), Question(form, ("man",), ""))] * 50)
        return sum(bool(re.search("shirt|cloth|dress|outfit|wear", q.text)) for _, q in asked)

    assert dresses("size_of") == 0
    assert dresses("colour_of") >= 35  # a slip of typing can hide the word


def test_the_full_world_is_measured_in_visitors_words():
    report = measure_pocket(Parrot(), scenes=22, seed=5, edition=FULL, is_visitor=True)
    assert report.simple.n["all"] == report.crowded.n["all"] == 22
    assert set(report.simple.n) == {"all", *categories_of(FULL)}
