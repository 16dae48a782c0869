"""Several GPUs: the file and the command that `accelerate launch` takes. Called by train_lora."""

from __future__ import annotations

from pathlib import Path

import yaml

from gap_core.errors import GapError


def write_launch_config(file: Path, *, processes: int, machines: int = 1) -> None:
    """Write accelerate's configuration for data-parallel training.

    Args:
        file: to write.
        processes: GPUs of all machines together.
        machines: that take part; each starts the command with its own --machine_rank and the
            first one's --main_process_ip.

    Raises:
        GapError: the numbers don't fit, or the file can't be written.
    """
    if processes < 1 or machines < 1 or processes % machines:
        raise GapError(
            f"'{processes}' GPUs can't be shared evenly by '{machines}' machines. "
            "Give the GPUs of all machines together."
        )
    settings = {
        "compute_environment": "LOCAL_MACHINE",
        "distributed_type": "MULTI_GPU" if processes > 1 else "NO",
        "num_machines": machines,
        "num_processes": processes,
        "machine_rank": 0,
        "mixed_precision": "bf16",
        "gpu_ids": "all",
        "main_training_function": "main",
        "rdzv_backend": "static",
        "same_network": True,
        "use_cpu": False,
    }
    try:
        file.write_text(yaml.safe_dump(settings, sort_keys=False), encoding="utf-8")
    except OSError as err:
        raise GapError(f"'{file}' can't be written ({err.strerror}). Choose another file.") from err


def launch_command(file: Path, config_file: Path) -> str:
    """What to type."""
    return f"accelerate launch --config_file {file} -m scripts.train_lora {config_file}"
