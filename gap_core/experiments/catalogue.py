"""The experiments by name. Called by run_experiment."""

from collections.abc import Callable

from gap_core.errors import GapError
from gap_core.experiments.cross_model import run_cross_model
from gap_core.experiments.informative_vs_random import run_informative_vs_random
from gap_core.experiments.noise import run_noise
from gap_core.experiments.parts import OnStep, Playtest
from gap_core.experiments.rounds import run_rounds
from gap_core.experiments.run import ExperimentRun, Outcome
from gap_core.experiments.same_dataset import run_same_dataset

EXPERIMENTS: dict[str, Callable[..., Outcome]] = {
    "same-dataset": run_same_dataset,
    "informative-vs-random": run_informative_vs_random,
    "rounds": run_rounds,
    "noise": run_noise,
    "cross-model": run_cross_model,
}

# Those that ask how much labels teach need a world in which there is something to learn.
_IN_FULL_WORLD = ("same-dataset", "cross-model")


def usual_world(name: str) -> str:
    """Which world the ordinary pictures of an experiment are of where nobody chose one."""
    return "full" if name in _IN_FULL_WORLD else "basic"


def run_experiment(
    name: str, run: ExperimentRun, *, playtest: Playtest, on_step: OnStep
) -> Outcome:
    """Run the experiment of this name, or go on with it.

    Raises:
        GapError: there is none, or it can't be run.
    """
    if name not in EXPERIMENTS:
        raise GapError(f"No experiment is called '{name}'. There are: {', '.join(EXPERIMENTS)}.")
    return EXPERIMENTS[name](run, playtest=playtest, on_step=on_step)
