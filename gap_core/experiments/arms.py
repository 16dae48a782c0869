"""Ways of making training data, each trained and asked the same questions. Called by experiments.

An arm learns only from pictures on the training side of the dataset that all arms share.
"""

import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from db import Store
from db.truth_store import TRUTH_FILE, TruthStore
from gap_core.dataset.sample import Provenance, Sample, is_replay
from gap_core.evaluation.kept import figure_of, paired_of
from gap_core.evaluation.report import compare
from gap_core.experiments import parts
from gap_core.experiments.gathering import gather
from gap_core.experiments.parts import OnStep, Playtest
from gap_core.experiments.run import ExperimentRun, Outcome
from gap_core.language import category_of


class Ground(NamedTuple):
    """What all arms of a seed share: one playtest, one dataset."""

    data_dir: Path
    sides: parts.Sides


def common_ground(
    run: ExperimentRun, *, playtest: Playtest, on_step: OnStep, played: Path | None = None
) -> Ground:
    """A playtest, or one that was played before, its labels and their dataset."""
    gather(run, playtest=playtest, on_step=on_step, played=played)
    data_dir = run.folder / parts.DATA
    return Ground(data_dir, parts.sides_of(data_dir))


def run_arm(
    run: ExperimentRun, ground: Ground, samples: Sequence[Sample], *, on_step: OnStep
) -> Outcome:
    """Train on these samples and the shared replay; what it gains on the shared validation."""
    again = [sample for sample in ground.sides.train if is_replay(sample)]
    trained = run.step(
        "train",
        lambda: parts.train(
            run.folder / "train",
            [*samples, *again],
            ground.sides.validation,
            data_dir=ground.data_dir,
            scale=run.scale,
            on_step=on_step,
        ),
    )
    adapter = run.folder / "train" / trained["adapter"]

    def score() -> Outcome:
        items = parts.items_of(ground.sides.validation)
        before = parts.score(ground.data_dir, items, adapter=None, on_step=on_step)
        after = parts.score(ground.data_dir, items, adapter=adapter, on_step=on_step)
        gained = compare(before, after)["factual"]["all"]
        figures = before.report.figures["factual"]["all"], after.report.figures["factual"]["all"]
        return {
            "labels": len(samples),
            "before": parts.plain(figures[0]),
            "after": parts.plain(figures[1]),
            "gain": parts.plain(gained),
        }

    return run.step("score", score)


def learnt_labels(ground: Ground) -> list[Sample]:
    """The training side without its replay."""
    return [sample for sample in ground.sides.train if not is_replay(sample)]


def random_samples(ground: Ground, *, most: int, seed: int) -> list[Sample]:
    """Questions drawn by lot among all that were asked on the training pictures, and their truth.

    Whether the model erred, and what the player said, plays no part: this is what labeling
    without any selection would bring. The expert answers them as they answer the others.
    """
    pictures = {sample.image_id for sample in learnt_labels(ground)}
    with TruthStore.open(ground.data_dir / TRUTH_FILE) as truths:
        known = truths.turns()
    with Store.open(ground.data_dir / parts.DB) as store:
        asked = [
            turn
            for turn in store.replay.untainted_answers()
            if turn.image_id in pictures and known[turn.turn_id].truth is not None
        ]
    distinct = {(turn.image_id, turn.question): turn for turn in asked}
    chosen = random.Random(f"random {seed}").sample(
        list(distinct.values()), min(most, len(distinct))
    )
    return [
        Sample(
            conversation=f"random-{turn.turn_id}",
            image_id=turn.image_id,
            image_path=turn.image_path,
            licence=turn.licence,
            question=turn.question,
            answer=known[turn.turn_id].truth or "",
            category=category_of(turn.question).category,
            model_answer=turn.answer,
            provenance=Provenance(source="game", turn_id=turn.turn_id, model=turn.model),
        )
        for turn in chosen
    ]


def arm_rows(arms: Mapping[str, Outcome]) -> list[list[object]]:
    """Rows of a table: labels, scores and gain of each arm."""
    return [
        [name, arm["labels"], figure_of(arm["before"]), figure_of(arm["after"]), gain_of(arm)]
        for name, arm in arms.items()
    ]


def gain_of(arm: Outcome) -> object:
    """The gain as tables print it."""
    return paired_of(arm["gain"])


ARM_HEAD = ("way", "labels", "before", "after", "gain")
