"""What wrong labels, bots and a looser theta cost. Called by run_experiment.

Every arm is trained on what its own way of working brings, and asked the validation questions of
the clean one. What concerns the expert alone is tried on the very same playtest; bots play their
own, as many and on the same deck.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from gap_core.dataset.sample import Sample
from gap_core.evaluation.kept import figure_of
from gap_core.experiments import parts
from gap_core.experiments.arms import (
    ARM_HEAD,
    Ground,
    arm_rows,
    common_ground,
    learnt_labels,
    run_arm,
)
from gap_core.experiments.expert import Expert
from gap_core.experiments.figures import before_after_chart, save_report, table
from gap_core.experiments.gathering import play_and_label
from gap_core.experiments.parts import OnStep, Playtest
from gap_core.experiments.run import ExperimentRun, Outcome

NAME = "noise"


class Way(NamedTuple):
    """What differs from the clean way of working."""

    slips: float = 0.0
    theta: float | None = None
    population: str | None = None


WAYS = {
    "10% of labels wrong": Way(slips=0.1),
    "30% of labels wrong": Way(slips=0.3),
    "theta 0.5": Way(theta=0.5),
    "a third bots": Way(population="bots"),
}


def run_noise(run: ExperimentRun, *, playtest: Playtest, on_step: OnStep) -> Outcome:
    """The figures of every arm, and report.md in the run's folder."""
    once = run.part("played", run.scale)
    played = once.folder / parts.DATA
    once.step("play", lambda: parts.play(playtest, played, once.scale, adapter=None))
    ground = common_ground(run, playtest=playtest, on_step=on_step, played=played)
    clean = run.part("clean", run.scale)
    arms = {"clean": run_arm(clean, ground, learnt_labels(ground), on_step=on_step)}
    for name, way in WAYS.items():
        own = replace(run.scale, population=way.population or run.scale.population)
        part = run.part(name.replace(" ", "-").replace("%", ""), own)
        theta = own.theta if way.theta is None else way.theta
        expert = Expert(own.labels, slips=way.slips, theta=theta, seed=own.seed)
        again = None if way.population else played
        play_and_label(part, expert, playtest=playtest, played=again)
        samples = parts.samples_of(part.folder / parts.DATA)
        learnt = _on_training_pictures(samples, ground)
        arms[name] = run_arm(part, ground, learnt, on_step=on_step)
    _report(run, arms)
    return {"arms": arms}


def _on_training_pictures(samples: Sequence[Sample], ground: Ground) -> list[Sample]:
    pictures = {sample.image_id for sample in learnt_labels(ground)}
    return [sample for sample in samples if sample.image_id in pictures]


def _report(run: ExperimentRun, arms: dict[str, Outcome]) -> None:
    text = "\n\n".join(
        [
            "Each way brings its own labels: wrong ones and those of another theta of the very "
            "same playtest, those with bots of one with as many players. All are asked the clean "
            "validation questions.",
            table(ARM_HEAD, arm_rows(arms)),
        ]
    )
    shown = {
        way: {name: figure_of(arm[way]) for name, arm in arms.items()}
        for way in ("before", "after")
    }
    chart = before_after_chart(shown, title="What noise costs")
    save_report(run.folder, NAME, text, {"noise": chart})
