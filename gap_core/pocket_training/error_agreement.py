"""Whether two models err on the same questions. Called by scripts/compare_errors.py."""

from collections.abc import Callable
from typing import NamedTuple

from gap_core.labeling.agreement import alpha_interval
from gap_core.pocket_training.measure import FIRST_SEED, Asked, answers_to, fresh_questions
from gap_core.pocket_world import Edition
from gap_core.pocket_world.reading import judge_answer
from gap_core.scoring.interval import Interval
from gap_core.scoring.shares import Share, share_of
from models.base import VisionModel
from models.prompts import HONEST


class ErrorAgreement(NamedTuple):
    """The same questions to two models.

    Attributes:
        first, second: how often each is wrong.
        also_wrong: of the first's errors, the share that the second makes too.
        alpha: Krippendorff's alpha of right and wrong: 0 where both err independently, 1 where
            they err alike; None where nobody erred.
    """

    first: Share
    second: Share
    also_wrong: Share
    alpha: Interval | None


def compare_errors(
    first: VisionModel,
    second: VisionModel,
    *,
    scenes: int,
    edition: Edition,
    seed: int = FIRST_SEED + 900_000,
    on_answers: Callable[[int], None] = lambda done: None,
) -> ErrorAgreement:
    """One question on each of so many fresh crowded scenes, asked honestly of both."""
    asked = fresh_questions(scenes, things=edition.crowded_things, seed=seed, edition=edition)
    right = [_judged(model, asked, on_answers) for model in (first, second)]
    rated = [
        (str(scene.seed), str(mine), str(other))
        for (scene, _), mine, other in zip(asked, *right, strict=True)
    ]
    both = sum(not mine and not other for mine, other in zip(*right, strict=True))
    wrong = [own.count(False) for own in right]
    return ErrorAgreement(
        first=share_of(wrong[0], scenes),
        second=share_of(wrong[1], scenes),
        also_wrong=share_of(both, wrong[0]),
        alpha=alpha_interval(rated),
    )


def _judged(model: VisionModel, asked: Asked, on_answers: Callable[[int], None]) -> list[bool]:
    replies = answers_to(model, asked, system=HONEST, on_answers=on_answers)
    return [
        judge_answer(scene, question, reply).is_right
        for (scene, question), reply in zip(asked, replies, strict=True)
    ]
