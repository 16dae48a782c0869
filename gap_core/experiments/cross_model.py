"""Cross model: what the pocket's players found teaches pocket-qwen. Called by run_experiment.

Source: GAP paper, section 5 (Qwen2-VL-2B goes from 0.169 to 0.285, 7B from 0.207 to 0.250).
"""

from gap_core.experiments.parts import OnStep, Playtest
from gap_core.experiments.run import ExperimentRun, Outcome
from gap_core.experiments.same_dataset import learn_and_compare
from models.registry import find_folder

NAME = "cross-model"
PUPIL = "pocket-qwen"


def run_cross_model(run: ExperimentRun, *, playtest: Playtest, on_step: OnStep) -> Outcome:
    """The figures, and report.md in the run's folder.

    Raises:
        ModelError: the weights of pocket-qwen are missing.
    """
    find_folder(PUPIL)  # before the players play for an hour
    return learn_and_compare(run, NAME, pupil=PUPIL, playtest=playtest, on_step=on_step)
