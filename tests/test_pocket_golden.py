"""The world that the shipped weights know: scenes, pixels and questions stay what they were."""

import json

import pytest

from tests.fixtures_golden import GOLDEN_FILE, SCENES, fingerprint

GOLDEN = [tuple(row) for row in json.loads(GOLDEN_FILE.read_text())]


@pytest.mark.parametrize("first", range(0, SCENES, 20))
def test_basic_scenes_pixels_and_questions_are_unchanged(first):
    seeds = range(first, first + 20)
    assert [fingerprint(seed) for seed in seeds] == [GOLDEN[seed] for seed in seeds]
