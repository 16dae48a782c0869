"""False values of the pocket world: never true, and possible where they are said to be."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gap_core.pocket_world import sample_scene
from gap_core.pocket_world.forms.resembling import another_colour, another_kind, like

SEEDS = st.integers(0, 10_000)


@given(SEEDS, st.integers(1, 9))
def test_a_false_kind_is_not_a_true_one_and_could_stand_there(seed, things):
    scene = sample_scene(seed, things=things)
    true = {scene.things[0].kind}
    kind = another_kind(scene, true, random.Random(seed))
    assert kind not in true
    assert scene.place in scene.world.kinds[kind].places


@given(SEEDS)
def test_where_nothing_is_true_a_false_kind_is_one_of_the_scene(seed):
    scene = sample_scene(seed, things=2)
    kind = another_kind(scene, set(), random.Random(seed))
    assert kind in {thing.kind for thing in scene.things}


def test_a_false_kind_is_one_that_can_be_named():
    scene = sample_scene(3, things=1)
    true, able = scene.things[0].kind, {scene.things[0].kind, "sign"}
    assert another_kind(scene, {true}, random.Random(1), able=able) == "sign"


@given(SEEDS)
def test_a_false_colour_is_one_that_the_kind_may_have(seed):
    scene = sample_scene(seed, things=1)
    thing = scene.things[0]
    colour = another_colour(scene, thing.kind, {thing.colour}, random.Random(seed))
    assert colour in set(scene.world.kinds[thing.kind].colours) - {thing.colour}


def test_like_values_stand_at_most_two_places_away():
    draws = {like("a", "abcdefgh", {"a", "b"}, random.Random(n)) for n in range(60)}
    assert draws == {"c", "g", "h"}


def test_where_all_near_values_are_true_a_far_one_is_taken():
    assert like("a", "abcdef", set("abcef"), random.Random(1)) == "d"
    with pytest.raises(ValueError):
        like("z", "abc", set(), random.Random(1))
