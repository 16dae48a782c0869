"""Which settings of a run to lower where memory is short. Called by memory.py and the studio."""

from gap_core.training.config import TrainingConfig


def what_to_lower(config: TrainingConfig) -> str:
    """The settings, the one that costs least first."""
    steps = []
    if config.batch > 1:
        half = config.batch // 2
        times = config.accumulate * config.batch // half
        steps.append(f"batch: {half} with accumulate: {times}, which learns the same")
    if not config.gradient_checkpointing:
        steps.append("gradient_checkpointing: true, which is slower")
    if config.quantize != "nf4":
        steps.append("quantize: nf4")
    steps.append(f"max_length_tokens below {config.max_length_tokens}")
    rest = "; then ".join(steps[1:]) or "choose a smaller model"
    return f"Set {steps[0]}; if that is not enough, {rest}."
