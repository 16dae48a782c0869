"""Cross model: what the pocket's players found teaches pocket-qwen. Called by run_experiment.

Source: GAP paper, section 5 (Qwen2-VL-2B goes from 0.169 to 0.285, 7B from 0.207 to 0.250).
"""

from pathlib import Path

import models.registry
from gap_core.errors import GapError
from gap_core.experiments.parts import OnStep, Playtest
from gap_core.experiments.run import ExperimentRun, Outcome
from gap_core.experiments.same_dataset import learn_and_compare

NAME = "cross-model"
QWEN_FOLDER = Path(models.registry.__file__).parent / "pocket_qwen"


def run_cross_model(run: ExperimentRun, *, playtest: Playtest, on_step: OnStep) -> Outcome:
    """The figures, and report.md in the run's folder.

    Raises:
        GapError: pocket-qwen has no weights yet.
    """
    if not (QWEN_FOLDER / "model.safetensors").is_file():
        raise GapError(
            f"The weights of 'pocket-qwen' are missing at '{QWEN_FOLDER}', and nothing else can be "
            "taught in its place. Restore them from git, or train them: "
            "python -m scripts.train_pocket --architecture qwen "
            f"--out {QWEN_FOLDER}"
        )
    return learn_and_compare(run, NAME, pupil=str(QWEN_FOLDER), playtest=playtest, on_step=on_step)
