"""Scenes, pictures, questions and truth of the pocket world."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gap_core.pocket_world import (
    Scene,
    Thing,
    render_scene,
    sample_scene,
    scene_from_json,
    scene_to_json,
)
from gap_core.pocket_world.edition import BASIC
from gap_core.pocket_world.letters import letter_strokes
from gap_core.pocket_world.questions import Question, sample_question
from gap_core.pocket_world.reading import has_full_description, judge_answer
from gap_core.pocket_world.truth import describe, true_answer, wrong_answer
from gap_core.pocket_world.vocabulary import KINDS, SIGN_WORDS
from gap_core.pocket_world.wordings import OFF_TOPIC_REPLY, WORDINGS

FORMS = sorted(BASIC.forms)
SEEDS = st.integers(0, 10_000)


def thing(kind: str, colour: str, x_px: float, *, size: str = "big", word: str = "") -> Thing:
    return Thing(kind, colour, size, "right", "happy", x_px, 440.0, 1.0, word)


@pytest.fixture
def beach() -> Scene:
    """A brown dog at the left, two birds in the middle, a sign at the right."""
    things = (
        thing("dog", "brown", 100),
        thing("bird", "red", 280, size="small"),
        thing("bird", "blue", 340, size="small"),
        thing("sign", "green", 560, word="STOP"),
    )
    return Scene(1, "beach", "rainy", things)


def truth(scene: Scene, form: str, *args: str) -> str:
    return true_answer(scene, Question(form, args, ""))


def test_equal_seeds_give_equal_scenes_and_pixels():
    first, second = sample_scene(7, things=5), sample_scene(7, things=5)
    assert first == second
    assert np.array_equal(np.asarray(render_scene(first)), np.asarray(render_scene(second)))


def test_other_seeds_give_other_pictures():
    first, second = (render_scene(sample_scene(seed, things=2)) for seed in (1, 2))
    assert not np.array_equal(np.asarray(first), np.asarray(second))


def test_pictures_have_the_size_people_see():
    picture = render_scene(sample_scene(3, things=9))
    assert (picture.size, picture.mode) == ((640, 480), "RGB")


@pytest.mark.parametrize("name", sorted(KINDS))
def test_every_kind_is_drawn_in_each_of_its_colours(name):
    empty = np.asarray(render_scene(Scene(1, "street", "cloudy", ())))
    pictures = [
        np.asarray(
            render_scene(Scene(1, "street", "cloudy", (thing(name, colour, 320, word="ZOO"),)))
        )
        for colour in KINDS[name].colours
    ]
    for picture in pictures:
        assert np.any(picture != empty, axis=-1).sum() > 1_000
    assert len({picture.tobytes() for picture in pictures}) == len(KINDS[name].colours)


def test_facing_face_and_size_change_the_picture():
    def drawn(**changed: object) -> bytes:
        given = {"kind": "man", "colour": "red", "size": "big", "facing": "right", "face": "happy"}
        man = Thing(**{**given, "x_px": 300.0, "y_px": 440.0, "scale": 1.0, **changed})
        return render_scene(Scene(1, "room", "sunny", (man,))).tobytes()

    assert len({drawn(), drawn(facing="left"), drawn(face="sad"), drawn(scale=0.62)}) == 4


@given(SEEDS, st.integers(1, 10))
def test_a_scene_holds_what_was_asked_for_and_survives_json(seed, things):
    scene = sample_scene(seed, things=things)
    assert len(scene.things) == things
    assert [t.x_px for t in scene.things] == sorted(t.x_px for t in scene.things)
    assert all(scene.place in KINDS[t.kind].places for t in scene.things)
    assert scene_from_json(scene_to_json(scene)) == scene


@given(SEEDS, st.integers(1, 10))
def test_every_thing_stands_inside_the_picture(seed, things):
    for placed in sample_scene(seed, things=things).things:
        assert placed.x_px - placed.width_px / 2 >= 0
        assert placed.x_px + placed.width_px / 2 <= 640
        assert placed.y_px <= 480


@pytest.mark.parametrize("things", [0, 11])
def test_a_scene_of_no_or_too_many_things_is_refused(things):
    with pytest.raises(ValueError, match="1 to 10 things"):
        sample_scene(1, things=things)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"things": [{"kind": "dog"}]}', "null"])
def test_what_is_no_scene_graph_is_refused(text):
    with pytest.raises(ValueError, match="no scene graph"):
        scene_from_json(text)


@given(SEEDS, st.integers(1, 9), st.sampled_from(FORMS), st.integers(0, 99))
def test_the_true_answer_is_right_and_the_wrong_one_is_wrong_in_kind(seed, things, form, luck):
    scene, rng = sample_scene(seed, things=things), random.Random(luck)
    question = sample_question(scene, form, rng=rng)
    if question is None:
        return
    assert judge_answer(scene, question, true_answer(scene, question)).is_right
    wrong = judge_answer(scene, question, wrong_answer(scene, question, rng=rng))
    assert wrong.is_right_kind
    assert wrong.is_right == (form == "off_topic")


@pytest.mark.parametrize(
    ("form", "args", "answer"),
    [
        ("exist", ("dog",), "Yes, there is a dog."),
        ("exist", ("bird",), "Yes, there are two birds."),
        ("exist", ("car",), "No, there is no car."),
        ("what_things", (), "I see a dog, two birds and a sign."),
        ("what_group", ("animals",), "I see a dog and two birds."),
        ("what_group", ("vehicles",), "I see no vehicles."),
        ("colour_of", ("dog",), "The dog is brown."),
        ("colour_of", ("bird",), "The birds are red and blue."),
        ("colour_of", ("cat",), "There is no cat."),
        ("is_colour", ("dog", "white"), "The dog is brown, so no."),
        ("what_is_colour", ("green",), "The sign is green."),
        ("what_is_colour", ("pink",), "Nothing is pink."),
        ("size_of", ("dog",), "The dog is big."),
        ("count", ("things",), "There are four things."),
        ("count", ("animals",), "There are three animals."),
        ("count", ("car",), "There are no cars."),
        ("side_of", ("sign",), "The sign is on the right."),
        ("what_side", ("middle",), "Two birds are in the middle."),
        ("relation", ("dog", "sign"), "The dog is to the left of the sign."),
        ("is_relation", ("sign", "dog", "left"), "The sign is to the right of the dog, so no."),
        ("what_beside", ("dog", "left"), "Nothing is to the left of the dog."),
        ("on_table", (), "There is no table."),
        ("sign_word", (), "The sign says STOP."),
        ("is_word", ("ZOO",), "The sign says STOP, so no."),
        ("weather", (), "It is rainy."),
        ("is_weather", ("rainy",), "It is rainy, so yes."),
        ("place", (), "This is a beach."),
        ("is_place", ("park",), "This is a beach, so no."),
        ("off_topic", (), OFF_TOPIC_REPLY),
    ],
)
def test_the_truth_about_a_known_scene(beach, form, args, answer):
    assert truth(beach, form, *args) == answer


def test_a_description_names_everything_from_left_to_right(beach):
    assert describe(beach) == (
        "A rainy beach. From left to right: a big brown dog, a small red bird, "
        "a small blue bird, a big green sign that says STOP."
    )


def test_a_description_with_one_wrong_colour_is_not_full(beach):
    assert has_full_description(beach, describe(beach).upper())
    assert not has_full_description(beach, describe(beach).replace("brown", "white"))


@pytest.mark.parametrize(
    ("answer", "is_right", "is_right_kind"),
    [
        ("brown", True, True),
        ("It's BROWN!", True, True),
        ("The dog is white.", False, True),
        ("The dog is brown and white.", False, True),
        ("There are two dogs.", False, False),
        ("", False, False),
    ],
)
def test_a_colour_is_read_out_of_free_words(beach, answer, is_right, is_right_kind):
    judged = judge_answer(beach, Question("colour_of", ("dog",), ""), answer)
    assert (judged.is_right, judged.is_right_kind) == (is_right, is_right_kind)


def test_every_form_has_at_least_eight_wordings():
    forms = set(BASIC.forms) - {"off_topic"}
    assert {form for form in forms if len(set(WORDINGS[form])) < 8} == set()


@given(SEEDS, st.sampled_from(FORMS), st.integers(0, 999))
def test_no_brace_is_left_in_a_question(seed, form, luck):
    question = sample_question(sample_scene(seed, things=4), form, rng=random.Random(luck))
    assert question is None or "{" not in question.text


def test_every_letter_of_every_sign_can_be_drawn():
    for word in SIGN_WORDS:
        assert all(letter_strokes(character) for character in word)
    with pytest.raises(ValueError, match="no drawing of 'Q'"):
        letter_strokes("Q")
