"""From a playtest to a dataset: the steps with which most experiments begin. Called by them."""

from typing import NamedTuple

from gap_core.experiments import parts
from gap_core.experiments.expert import Expert, label_queue
from gap_core.experiments.parts import OnStep, Playtest
from gap_core.experiments.run import ExperimentRun, Outcome


class Gathered(NamedTuple):
    """What each step says of itself; the dataset lies in the run's data folder."""

    played: Outcome
    labeled: Outcome
    built: Outcome


def gather(run: ExperimentRun, *, playtest: Playtest, on_step: OnStep) -> Gathered:
    """Play against the pocket itself, label what is selected, build the dataset with replay."""
    data_dir, scale = run.folder / parts.DATA, run.scale
    played = run.step("play", lambda: parts.play(playtest, data_dir, scale, adapter=None))
    expert = Expert(scale.labels, theta=scale.theta, seed=scale.seed)
    labeled = run.step("label", lambda: label_queue(data_dir, expert, errors=parts.model_errors()))
    replay = round(scale.replay * labeled.get("answer", 0))
    built = run.step(
        "build",
        lambda: parts.build(
            data_dir, parts.samples_of(data_dir), replay=replay, scale=scale, on_step=on_step
        ),
    )
    return Gathered(played, labeled, built)
