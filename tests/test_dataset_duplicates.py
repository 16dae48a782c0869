# Questions that are the same in other words, and pictures that look alike.
from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from gap_core.dataset import text_duplicates
from gap_core.dataset.picture_groups import MOST_BITS_APART, group_pictures
from gap_core.dataset.picture_hashes import hash_picture
from gap_core.dataset.sample import REPLAY, Provenance
from gap_core.dataset.text_duplicates import drop_text_duplicates, is_same_question
from gap_core.pocket_world import render_scene, sample_scene
from tests.fixtures_dataset import made_sample, noise_picture

SAME = [
    ("How many dogs are there?", "how many dogs are there"),
    ("How many dogs are there?", "How many dogs do you see?"),
    ("What colour is the car?", "What is the color of the car?"),
    ("Is there a cat?", "Is there a cat here?"),
    ("Is the lamp on?", "Is that lamp on?"),
    ("How many cars are on the road?", "How many cars can be seen on the road?"),
]
DIFFERENT = [
    ("How many dogs are on the left?", "How many dogs are on the right?"),
    ("How many dogs are there?", "How many cats are there?"),
    ("What is the dog doing?", "What is the dog holding?"),
    ("Is the man happy?", "Is the man sad?"),
    ("Are there two dogs?", "Are there three dogs?"),
    ("Is the red car old?", "Is the blue car old?"),
    # Small words that make the opposite of a question, and are near to nothing for a reader.
    ("Is the lamp on?", "Is the lamp off?"),
    ("Is the lamp on the table on?", "Is the lamp on the table off?"),
    ("How many burners are on?", "How many burners are off?"),
    ("Are the doors open?", "Are the doors closed?"),
    ("How many people are inside?", "How many people are outside?"),
    ("Is the man looking up?", "Is the man looking down?"),
    ("What is the first word on the sign?", "What is the last word on the sign?"),
    ("Was it taken during the day?", "Was it taken during the night?"),
    ("Who is the woman looking at?", "What is the woman looking at?"),
]


def test_replay_gives_way_to_an_answer_and_contradicts_none() -> None:
    replay = Provenance("game", origin=REPLAY)
    samples = [
        made_sample("a", answer="Five.", provenance=replay),
        made_sample("b", answer="Two."),
    ]
    kept, duplicates = drop_text_duplicates(samples)
    assert [one.id for one in kept] == ["b"]
    assert [(one.sample.id, one.agrees) for one in duplicates] == [("a", None)]


@pytest.mark.parametrize(("first", "second"), SAME)
def test_same_question_in_other_words_is_a_duplicate(first: str, second: str) -> None:
    samples = [made_sample("a", question=first), made_sample("b", question=second)]
    kept, duplicates = drop_text_duplicates(samples)
    assert [one.id for one in kept] == ["a"]
    assert [(one.sample.id, one.of.id, one.agrees) for one in duplicates] == [("b", "a", True)]


@pytest.mark.parametrize(("first", "second"), DIFFERENT)
def test_question_that_differs_in_a_fact_is_none(first: str, second: str) -> None:
    samples = [made_sample("a", question=first), made_sample("b", question=second)]
    assert len(drop_text_duplicates(samples).kept) == 2
    assert not is_same_question(first, second)


def test_surest_duplicate_stays_and_a_contradiction_is_told() -> None:
    samples = [
        made_sample("a", provenance=Provenance(posterior=0.8)),
        made_sample("b", provenance=Provenance(posterior=0.9), answer="Two."),
    ]
    kept, duplicates = drop_text_duplicates(samples)
    assert [one.id for one in kept] == ["b"]
    assert duplicates[0].agrees is False


def test_picture_with_many_questions_is_compared_with_the_latest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(text_duplicates, "MOST_COMPARED", 1)
    asked = ["Where is the cat?", "How many dogs are there?", "Where is the cat here?"]
    samples = [made_sample(str(n), question=question) for n, question in enumerate(asked)]
    assert len(drop_text_duplicates(samples).kept) == 3


def recoded(picture: Image.Image, quality: int = 60) -> Image.Image:
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=quality)
    return Image.open(io.BytesIO(written.getvalue())).convert("RGB")


def bits_apart(first: Image.Image, second: Image.Image) -> int:
    return int(np.bitwise_count(hash_picture(first) ^ hash_picture(second)).sum())


@pytest.mark.parametrize("seed", range(6))
def test_picture_changed_a_little_is_alike(seed: int) -> None:
    scene = render_scene(sample_scene(910_000_000 + seed, things=1 + seed))
    changed = [
        recoded(scene),
        scene.resize((320, 240)),
        scene.crop((4, 4, scene.width - 4, scene.height - 4)),
        Image.eval(scene, lambda value: min(255, int(value * 1.1))),
    ]
    assert max(bits_apart(scene, one) for one in changed) <= MOST_BITS_APART


def test_different_scenes_are_told_apart() -> None:
    scenes = [
        render_scene(sample_scene(920_000_000 + seed, things=1 + seed % 9)) for seed in range(40)
    ]
    hashes = np.array([hash_picture(scene) for scene in scenes])
    assert list(group_pictures(hashes)) == list(range(40))


def test_alike_pictures_are_one_group_through_a_chain() -> None:
    first = np.zeros(4, dtype=np.uint64)
    near, far = first.copy(), first.copy()
    near[0], far[0], far[1] = 2**40 - 1, 2**40 - 1, 2**40 - 1
    apart = np.full(4, 2**64 - 1, dtype=np.uint64)
    hashes = np.array([apart, far, first, near])
    assert list(group_pictures(hashes)) == [0, 1, 1, 1]
    assert list(group_pictures(hashes, most_bits=39)) == [0, 1, 2, 3]


@given(st.lists(st.tuples(*[st.sampled_from([0, 1, 3, 7, 255, 2**63])] * 4), max_size=20))
def test_groups_are_those_of_comparing_every_pair(rows: list[tuple[int, ...]]) -> None:
    hashes = np.array(rows, dtype=np.uint64).reshape(-1, 4)
    groups = list(range(len(rows)))
    for one in range(len(rows)):
        for other in range(one):
            if np.bitwise_count(hashes[one] ^ hashes[other]).sum() <= 2:
                low, high = sorted((groups[one], groups[other]))
                groups = [low if group == high else group for group in groups]
    assert list(group_pictures(hashes, most_bits=2)) == groups


def test_blocks_find_what_lies_in_different_ones() -> None:
    # More pictures than a block has rows; the last looks like the first.
    hashes = np.random.default_rng(3).integers(0, 2**63, size=(700, 4), dtype=np.uint64)
    hashes[699] = hashes[0] ^ np.array([1, 0, 0, 1], dtype=np.uint64)
    groups = group_pictures(hashes)
    assert groups[699] == 0
    assert len(set(groups)) == 699


def test_colourful_noise_keeps_its_hash_when_saved_again() -> None:
    assert bits_apart(noise_picture(1), recoded(noise_picture(1))) <= 12
    assert bits_apart(noise_picture(1), noise_picture(2)) > MOST_BITS_APART
