"""A model on fresh drawn scenes that no player saw: is it still right about the rest?

Called by the experiments. One question a scene, judged by its graph.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from gap_core.evaluation.bootstrap import Figure, Paired, mean_figure, paired_difference
from gap_core.pocket_training.measure import fresh_questions
from gap_core.pocket_world import BASIC, FULL, SIMPLE_THINGS, Edition, render_scene
from gap_core.pocket_world.reading import judge_answer
from models.base import Ask, VisionModel
from models.prompts import HONEST

FIRST_SEED = 750_000_000  # far from the seeds of training, decks and other measures
_BATCH = 16


class Kind(NamedTuple):
    """A kind of scene: how many things, where its seeds begin, and of which world."""

    name: str
    things: tuple[int, int]
    first_seed: int
    edition: Edition = BASIC


SIMPLE = Kind("simple", SIMPLE_THINGS, FIRST_SEED)
CROWDED = Kind("crowded", BASIC.crowded_things, FIRST_SEED + 1_000_000)
# As many things as in the pictures that are played: the full world is strange, not fuller.
UNTAUGHT = Kind("full world's", BASIC.crowded_things, FIRST_SEED + 2_000_000, FULL)


def kinds_of(world: str) -> tuple[Kind, ...]:
    """What is asked about: the pocket's own world, and the full one where that was played."""
    return (SIMPLE, CROWDED, UNTAUGHT) if world == FULL.name else (SIMPLE, CROWDED)


def right_on_scenes(
    model: VisionModel, kind: Kind, *, scenes: int, on_answers: Callable[[int, int], None]
) -> list[bool]:
    """Whether the model is right about one question on each of so many scenes; always the same."""
    questions = fresh_questions(
        scenes, things=kind.things, seed=kind.first_seed, edition=kind.edition
    )
    right: list[bool] = []
    for start in range(0, scenes, _BATCH):
        asked = questions[start : start + _BATCH]
        asks = [Ask(render_scene(s), q.text, HONEST) for s, q in asked]
        for (scene, question), reply in zip(asked, model.answer(asks), strict=True):
            right.append(judge_answer(scene, question, reply.text).is_right)
        on_answers(len(right), scenes)
    return right


def scene_figure(right: list[bool]) -> Figure:
    """The share of scenes that the model is right about."""
    return mean_figure(np.array(right, dtype=np.float64), range(len(right)))


def scene_difference(before: list[bool], after: list[bool]) -> Paired:
    """How much more often it is right, on the same scenes."""
    first, second = (np.array(one, dtype=np.float64) for one in (before, after))
    return paired_difference(first, second, range(len(before)))
