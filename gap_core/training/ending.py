"""When a run is over, also where it goes on from a checkpoint. Called by train.py.

Transformers counts patience from zero again in a run that goes on, and takes one more step in one
whose process died after its last step; either would end elsewhere than a run that never was cut.
"""

from __future__ import annotations

from typing import Any

from transformers import EarlyStoppingCallback, TrainerCallback


class Patience(EarlyStoppingCallback):
    """Ends a run after so many evaluations without a better one, those before a stop included."""

    @property
    def is_over(self) -> bool:
        """Whether there were as many."""
        return bool(self.early_stopping_patience_counter >= self.early_stopping_patience)

    def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Go on counting where the checkpoint stopped; a fresh run's state says none."""
        for kept in (type(self).__name__, EarlyStoppingCallback.__name__):  # the latter in old runs
            if kept in state.stateful_callbacks:
                counted = state.stateful_callbacks[kept]["attributes"]
                self.early_stopping_patience_counter = counted["early_stopping_patience_counter"]
                break
        control.should_training_stop |= self.is_over


class LastStep(TrainerCallback):
    """Takes no step after the last one."""

    def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """The process may have died between its last checkpoint and its result."""
        control.should_training_stop |= state.global_step >= state.max_steps
