"""The text that the pocket's tokenizer is fitted to: questions, answers and both instructions.

Called by scripts/train_pocket.py.
"""

import random
from collections.abc import Iterator

from gap_core.pocket_training.examples import sample_row
from gap_core.pocket_world import BASIC, Edition, sample_scene
from gap_core.pocket_world.wordings import OFF_TOPIC
from models.prompts import DESCRIBE, HONEST, WRONG

_CORPUS_SCENES = 3_000
_INSTRUCTED = 400  # so often that every word of both instructions is a token: they are even


def corpus_lines(*, seed: int, edition: Edition = BASIC) -> Iterator[str]:
    """Lines in the chat template's own spacing, the same for the same seed."""
    rng = random.Random(f"corpus {seed}")
    yield from [HONEST, WRONG, DESCRIBE, "system", "user", "assistant"] * _INSTRUCTED
    yield from OFF_TOPIC * 4
    for number in range(_CORPUS_SCENES):
        things = 1 + number % 6
        scene = sample_scene(40_000_000 + number, things=things, edition=edition)
        row = sample_row(scene, rng=rng, questions=6, told_wrong=number % 4 == 0)
        for question, typed, answer, _ in row.pairs:
            yield question.text
            yield typed
            yield answer
