"""Which settings of a run to lower where memory is short. Called by memory.py and the studio."""

from gap_core.training.config import TrainingConfig


def what_to_lower(config: TrainingConfig) -> str:
    """The settings, the one that costs least first.

    A step still learns from as many samples, so a run may go on with the smaller batch.
    """
    steps = []
    if config.batch > 1:
        smaller = next(n for n in range(config.batch // 2, 0, -1) if config.batch % n == 0)
        times = config.accumulate * config.batch // smaller
        dice = " but for the dice of dropout" if config.dropout else ""
        steps.append(f"batch: {smaller} with accumulate: {times}, which learns the same{dice}")
    if not config.gradient_checkpointing:
        steps.append("gradient_checkpointing: true, which is slower")
    if config.quantize != "nf4":
        steps.append("quantize: nf4")
    steps.append(f"max_length_tokens below {config.max_length_tokens}")
    rest = "; then ".join(steps[1:]) or "choose a smaller model"
    return f"Set {steps[0]}; if that is not enough, {rest}."
