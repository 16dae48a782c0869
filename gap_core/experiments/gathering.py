"""From a playtest to a dataset: the steps with which most experiments begin. Called by them."""

from pathlib import Path
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


def gather(
    run: ExperimentRun, *, playtest: Playtest, on_step: OnStep, played: Path | None = None
) -> Gathered:
    """Play against the pocket itself, label what is selected, build the dataset with replay.

    Where data of a playtest are at hand that nobody labeled yet, a copy of them is labeled.
    """
    data_dir, scale = run.folder / parts.DATA, run.scale
    expert = Expert(scale.labels, theta=scale.theta, seed=scale.seed)
    told, labeled = play_and_label(run, expert, playtest=playtest, played=played)
    replay = round(scale.replay * labeled.get("answer", 0))
    built = run.step(
        "build",
        lambda: parts.build(
            data_dir, parts.samples_of(data_dir), replay=replay, scale=scale, on_step=on_step
        ),
    )
    return Gathered(told, labeled, built)


def play_and_label(
    run: ExperimentRun, expert: Expert, *, playtest: Playtest, played: Path | None = None
) -> tuple[Outcome, Outcome]:
    """The first two of these steps, with an expert of any kind."""
    data_dir = run.folder / parts.DATA

    def play() -> Outcome:
        if played is not None:
            return parts.copy_played(played, data_dir)
        return parts.play(playtest, data_dir, run.scale, adapter=None)

    told = run.step("play", play)
    labeled = run.step("label", lambda: label_queue(data_dir, expert, errors=parts.model_errors()))
    return told, labeled
