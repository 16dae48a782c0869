"""The full world: everything can be asked, answered, read and seen."""

import random
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import count, islice

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image

from gap_core.pocket_world import (
    FULL,
    Scene,
    Thing,
    render_scene,
    sample_scene,
    scene_from_json,
    scene_to_json,
)
from gap_core.pocket_world.contact_sheet import draw_contact_sheet
from gap_core.pocket_world.forms.form import CATEGORIES
from gap_core.pocket_world.questions import Question, categories_of, sample_question
from gap_core.pocket_world.reading import judge_answer
from gap_core.pocket_world.truth import describe, true_answer, wrong_answer
from gap_core.pocket_world.vocabulary_full import (
    ACTIVITIES,
    EMOTIONS,
    OCCASIONS,
    ODDITIES,
    SEASONS,
    STYLES,
    TIMES,
)

SEEDS = st.integers(0, 10_000)


def thing(kind: str, colour: str, x_px: float, **more: object) -> Thing:
    given = {"size": "big", "facing": "right", "face": "happy", "y_px": 440.0, "scale": 1.0}
    return Thing(**{**given, "kind": kind, "colour": colour, "x_px": x_px, **more})


def scene(*things: Thing, **more: object) -> Scene:
    given = {
        "place": "park", "weather": "sunny", "time": "day", "season": "spring",
        "style": "colour drawing", "occasion": "", "edition": "full", "seed": 1,
    }  # fmt: skip
    return Scene(**{**given, **more, "things": things})


@pytest.mark.parametrize("counted", ["things", "animals", "duck"])
def test_more_than_a_dozen_are_counted_in_a_crowd(counted: str) -> None:
    ducks = scene(*(thing("duck", "yellow", 30 + 38 * number) for number in range(16)))
    question = Question("count", (counted,), "How many?")

    assert true_answer(ducks, question).startswith("There are sixteen ")
    assert judge_answer(ducks, question, "There are 16.").is_right
    assert not judge_answer(ducks, question, "There are twelve.").is_right


def test_a_crowd_is_full_and_can_be_read_back() -> None:
    crowd = sample_scene(3, things=FULL.most_things, edition=FULL)

    assert len(crowd.things) == FULL.most_things == FULL.crowded_things[1] == 16
    assert scene_from_json(scene_to_json(crowd)) == crowd
    with pytest.raises(ValueError, match="1 to 16 things"):
        sample_scene(3, things=17, edition=FULL)


@pytest.fixture
def wedding() -> Scene:
    """A table with a cat beneath and a cake on it, an angry girl, a clock, a floating cow."""
    return scene(
        thing("cow", "brown", 90, y_px=240, oddity="floating"),
        thing("cake", "pink", 250, y_px=340, relation="on", anchor="table"),
        thing("table", "grey", 260, material="stone"),
        thing("cat", "black", 275, relation="under", anchor="table"),
        thing("girl", "blue", 450, face="angry", activity="reading"),
        thing("clock", "red", 580, word="3:30"),
        occasion="wedding",
    )


def changed_by(one: Scene, other: Scene) -> np.ndarray:
    """(H, W) where the pictures of two scenes differ for an eye."""
    pixels = [np.asarray(render_scene(drawn), dtype=int) for drawn in (one, other)]
    return np.abs(pixels[0] - pixels[1]).sum(-1) > 40


@pytest.mark.parametrize("seed", range(4))
def test_nothing_in_a_crowd_is_hidden_behind_others(seed: int) -> None:
    drawn = sample_scene(seed, things=16, edition=FULL)
    crowd = replace(drawn, style="colour drawing", weather="sunny", time="day", occasion="")
    empty = replace(crowd, things=())
    anchors = {one.anchor for one in crowd.things}
    free = [one for one in crowd.things if not one.relation and one.kind not in anchors]
    for one in free:
        others = tuple(other for other in crowd.things if other is not one)
        own = changed_by(replace(crowd, things=(one,)), empty)
        shown = changed_by(crowd, replace(crowd, things=others))
        least = 0.75 if one.word or one.is_person else 0.35
        assert (shown & own).sum() > least * own.sum(), one
    assert len(free) > 10


def two_things(relation: str) -> Iterator[Scene]:
    """Plain daylight scenes in which one of two things is set so beside the other."""
    for seed in count():
        drawn = sample_scene(seed, things=2, edition=FULL)
        if any(one.relation == relation for one in drawn.things):
            yield replace(drawn, style="colour drawing", weather="sunny", time="day", occasion="")


def test_more_than_half_is_seen_of_what_stands_behind_another() -> None:
    for drawn in islice(two_things("behind"), 40):
        (hidden,) = [one for one in drawn.things if one.relation]
        own = changed_by(replace(drawn, things=(hidden,)), replace(drawn, things=()))
        anchor = tuple(one for one in drawn.things if one is not hidden)
        shown = changed_by(drawn, replace(drawn, things=anchor))
        assert (shown & own).sum() > 0.55 * own.sum(), hidden


@pytest.mark.parametrize("seed", range(6))
def test_snow_is_seen_through_a_window_in_a_sketch(seed: int) -> None:
    inked = {}
    for weather in ("snowy", "cloudy"):
        room = scene(place="room", weather=weather, style="pencil sketch", seed=seed)
        pixels = np.asarray(render_scene(room).convert("L"), dtype=int)
        panes = pixels[130:190, 70:110], pixels[130:190, 392:432]  # of a window left or right
        inked[weather] = sum((np.abs(pane - np.median(pane)) > 30).mean() for pane in panes)
    assert inked["snowy"] > inked["cloudy"] + 0.03


def test_beside_is_asked_only_of_what_stands_apart() -> None:
    rng, asked = random.Random(1), 0
    for seed in range(60):
        crowd = sample_scene(seed, things=16, edition=FULL)
        question = sample_question(crowd, "what_beside", rng=rng)
        if question is not None:
            asked += 1
            (mine,) = crowd.of_kind(question.args[0])
            assert all(abs(t.x_px - mine.x_px) > 12 for t in crowd.things if t is not mine)
    assert asked > 10


def test_full_has_what_was_promised():
    assert len(FULL.kinds) >= 40
    assert len(FULL.places) == 10
    assert len(STYLES) >= 3
    assert categories_of(FULL) == CATEGORIES
    assert len(CATEGORIES) == 13


def test_every_form_has_twelve_wordings():
    few = {f: len(set(FULL.wordings[f])) for f in FULL.forms if f not in ("off_topic", "describe")}
    assert {form: n for form, n in few.items() if n < 12} == {}
    assert len(set(FULL.wordings["describe"])) >= 12


@given(SEEDS, st.integers(1, 12), st.sampled_from(FULL.forms), st.integers(0, 99))
def test_the_true_answer_is_right_and_the_wrong_one_is_wrong_in_kind(seed, things, form, luck):
    drawn, rng = sample_scene(seed, things=things, edition=FULL), random.Random(luck)
    question = sample_question(drawn, form, rng=rng)
    if question is None:
        return
    assert "{" not in question.text
    assert judge_answer(drawn, question, true_answer(drawn, question)).is_right
    wrong = judge_answer(drawn, question, wrong_answer(drawn, question, rng=rng))
    assert wrong.is_right_kind
    assert wrong.is_right == (form == "off_topic")


def test_every_form_can_be_asked_of_some_scene():
    rng = random.Random(1)
    scenes = [sample_scene(seed, things=1 + seed % 9, edition=FULL) for seed in range(120)]
    asked = {f for s in scenes for f in FULL.forms if sample_question(s, f, rng=rng) is not None}
    assert asked == set(FULL.forms)


@given(SEEDS, st.integers(1, 12))
def test_a_scene_holds_what_was_asked_for_and_survives_json(seed, things):
    drawn = sample_scene(seed, things=things, edition=FULL)
    assert len(drawn.things) == things
    assert [t.x_px for t in drawn.things] == sorted(t.x_px for t in drawn.things)
    assert scene_from_json(scene_to_json(drawn)) == drawn
    for placed in drawn.things:
        assert -10 <= placed.x_px - placed.width_px / 2
        assert placed.x_px + placed.width_px / 2 <= 650
        assert placed.y_px - placed.height_px >= 0


@given(SEEDS, st.integers(1, 12))
@example(5027, 4)  # a market with boxes, and something in a tree
def test_what_only_decorates_is_never_a_thing(seed, things):
    drawn = sample_scene(seed, things=things, edition=FULL)
    assert drawn.shown_kinds.isdisjoint(t.kind for t in drawn.things)


@pytest.mark.parametrize(
    ("form", "args", "answer"),
    [
        ("what_on", ("table",), "A cake is on the table."),
        ("what_under", ("table",), "A cat is under the table."),
        ("side_of", ("cat",), "The cat is under the table."),
        ("is_resting", ("cat", "on", "table"), "The cat is under the table, so no."),
        ("material_of", ("table",), "The table is made of stone."),
        ("clock_time", (), "The clock says half past three."),
        ("is_clock_time", ("four o'clock",), "The clock says half past three, so no."),
        ("activity_of", ("girl",), "The girl is reading."),
        ("who_does", ("running",), "Nobody is running."),
        ("emotion_of", ("girl",), "The girl is angry."),
        ("who_feels", ("angry",), "The girl is angry."),
        ("time_of_day", (), "It is day."),
        ("is_season", ("winter",), "It is spring, so no."),
        ("occasion", (), "This is a wedding."),
        ("is_style", ("pencil sketch",), "This is a colour drawing, so no."),
        ("is_in_colour", (), "This is a colour drawing, so yes."),
        ("is_indoors", ("indoors",), "This is outdoors, so no."),
        ("what_odd", (), "The cow floats in the air."),
        ("is_odd", (), "The cow floats in the air, so yes."),
    ],
)
def test_the_truth_about_a_known_scene(wedding, form, args, answer):
    assert true_answer(wedding, Question(form, args, "")) == answer


def test_a_description_names_all_that_can_be_seen(wedding):
    assert describe(wedding) == (
        "A colour drawing of a sunny park in spring by day, a wedding. From left to right: a big "
        "brown cow floating in the air, a big grey stone table, a big pink cake on the table, a "
        "big black cat under the table, a big girl in blue, reading and angry, a big red clock "
        "that says half past three."
    )


@given(SEEDS, st.integers(1, 9))
def test_a_description_names_every_thing_once_and_what_holds_another_before_it(seed, things):
    drawn = sample_scene(seed, things=things, edition=FULL)
    told = describe(drawn).partition("From left to right:")[2]
    alone = re.sub(r" (on|under|behind|in) the \w+", "", told)
    for kind in {thing.kind for thing in drawn.things}:
        assert len(re.findall(rf"(?<!')\b{kind}\b", alone)) == len(drawn.of_kind(kind))
    for held in (thing for thing in drawn.things if thing.relation):
        before, _, _ = told.partition(f" {held.resting}")
        assert re.search(rf"\b{held.anchor}\b.*\b{held.kind}\b", before)


def askable(drawn: Scene, form: str) -> bool:
    return any(sample_question(drawn, form, rng=random.Random(n)) for n in range(30))


@pytest.mark.parametrize("form", ["colour_of", "is_colour", "material_of", "season", "time_of_day"])
def test_nothing_about_colours_is_asked_of_a_sketch(wedding, form):
    assert askable(wedding, form)
    assert not askable(replace(wedding, style="pencil sketch"), form)


@pytest.mark.parametrize("form", ["emotion_of", "activity_of", "clock_time"])
def test_what_is_too_small_to_be_seen_is_not_asked(wedding, form):
    small = tuple(replace(t, scale=0.4) for t in wedding.things)
    assert askable(wedding, form)
    assert not askable(replace(wedding, things=small), form)


def test_a_sleeper_is_not_asked_about_a_mood():
    assert not askable(scene(thing("man", "red", 300, activity="sleeping")), "emotion_of")


@pytest.mark.parametrize("name", sorted(FULL.kinds))
def test_every_kind_is_drawn_in_each_of_its_colours(name):
    empty = np.asarray(render_scene(scene()))
    kind, word = FULL.kinds[name], {"clock": "3:30", "sign": "ZOO"}.get(name, "7")
    material = "wood" if name in ("chair", "table", "bench", "box", "bucket", "barrel") else ""
    colours = ("brown",) if material else kind.colours
    more = {"word": word, "material": material, "activity": "standing"}
    pictures = [
        np.asarray(render_scene(scene(thing(name, colour, 320, **more)))) for colour in colours
    ]
    for picture in pictures:
        assert np.any(picture != empty, axis=-1).sum() > 1_000
    assert len({picture.tobytes() for picture in pictures}) == len(colours)


def small(drawn: Scene) -> bytes:
    """The picture as the model sees it."""
    return render_scene(drawn).resize((160, 120), Image.Resampling.BICUBIC).tobytes()


@pytest.mark.parametrize(
    ("field", "values"),
    [("time", TIMES), ("season", SEASONS), ("occasion", OCCASIONS), ("style", STYLES)],
)
def test_each_value_of_the_surroundings_is_a_picture_of_its_own(field, values):
    base = scene(thing("man", "red", 300, activity="standing"), weather="cloudy")
    assert len({small(replace(base, **{field: value})) for value in values}) == len(values)


@pytest.mark.parametrize(("field", "values"), [("face", EMOTIONS), ("activity", ACTIVITIES)])
def test_each_trait_of_a_person_is_a_picture_of_its_own(field, values):
    people = [thing("boy", "red", 300, **{"activity": "standing", field: v}) for v in values]
    assert len({small(scene(boy)) for boy in people}) == len(values)


def test_each_oddity_is_a_picture_of_its_own():
    plain = scene(thing("woman", "red", 300, activity="standing"))
    odd = scene(thing("woman", "red", 300, activity="standing", oddity=ODDITIES[3]))
    turned = scene(thing("car", "red", 300, oddity=ODDITIES[0]))
    assert small(plain) != small(odd)
    assert small(turned) != small(scene(thing("car", "red", 300)))


@pytest.mark.parametrize("style", STYLES)
def test_a_picture_without_colour_has_none(style):
    drawn = scene(thing("car", "red", 300), style=style)
    pixels = np.asarray(render_scene(drawn)).astype(int)
    most = (pixels.max(axis=-1) - pixels.min(axis=-1)).max()
    assert (most > 100) == drawn.has_colour


def test_what_is_behind_is_drawn_first_and_what_is_under_after():
    front = thing("sofa", "red", 300)
    man = thing("man", "blue", 310, y_px=426, relation="behind", anchor="sofa")
    cat = thing("cat", "blue", 310, y_px=437, relation="under", anchor="table")
    table = thing("table", "red", 300, material="plastic")
    assert scene(man, front).from_far_to_near() == [man, front]
    assert scene(cat, table).from_far_to_near() == [table, cat]


def test_a_contact_sheet_holds_as_many_rows_as_it_needs():
    sheet = draw_contact_sheet(edition=FULL, scenes=9, seed=3)
    one_row = draw_contact_sheet(edition=FULL, scenes=8, seed=3)
    assert sheet.width == one_row.width
    assert sheet.height > one_row.height * 1.9
