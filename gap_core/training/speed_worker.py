"""One timed LoRA run in a process of its own, ours or TRL's. Started by speed.py.

`python -m gap_core.training.speed_worker TASK.json` prints one line of JSON. TRL's way runs under
the Python of an environment that has TRL; both begin with the same model, adapter and tokens.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from PIL import Image

from gap_core.dataset.sample import Sample
from gap_core.dataset.sample_files import read_samples
from gap_core.training import train as training
from gap_core.training.base_model import load_pupil
from gap_core.training.config import TrainingConfig
from gap_core.training.memory import peak_memory_mib
from gap_core.training.run_folder import Measured
from models.chat_markers import chat_markers
from models.chat_prompts import chat_prompt
from models.checkpoints import compute_threads
from models.prompts import HONEST


@dataclass(frozen=True)
class Speed:
    """What a run cost, from the loaded model to the last step, pictures prepared on the way.

    Attributes:
        samples_per_s, samples_per_cpu_s: by the clock, and by the processor's time.
        peak_mib: the most memory that the process held.
        losses: of every step.
    """

    way: str
    samples_per_s: float
    samples_per_cpu_s: float
    peak_mib: float
    losses: list[float]


def run_ours(config: TrainingConfig, samples: list[Sample], data_dir: Path) -> Speed:
    """Train as scripts.train_lora does."""
    measured: list[Measured] = []
    pupil = load_pupil(config)
    training.load_pupil = lambda *_, **__: pupil  # loaded before the clock starts
    with tempfile.TemporaryDirectory() as folder:
        began, cpu = time.monotonic(), time.process_time()
        result = training.train_adapter(
            config, samples, Path(folder) / "run", data_dir=data_dir, on_measured=measured.append
        )
        seconds, cpu_s = time.monotonic() - began, time.process_time() - cpu
    taught = result.step * config.batch
    losses = [one.loss for one in measured if one.loss is not None]
    return Speed("ours", taught / seconds, taught / cpu_s, peak_memory_mib(), losses)


def run_trl(config: TrainingConfig, samples: list[Sample], data_dir: Path) -> Speed:
    """Train with TRL's SFTTrainer on the same texts and pictures."""
    from datasets import Dataset, Features, List, Value
    from datasets import Image as Picture
    from trl import SFTConfig, SFTTrainer

    pupil = load_pupil(config)
    torch.set_num_threads(config.threads or compute_threads())
    began, cpu = time.monotonic(), time.process_time()
    rows = _trl_rows(pupil.processor, samples, data_dir)
    text = Value("string")
    features = Features({"prompt": text, "completion": text, "images": List(Picture())})
    with tempfile.TemporaryDirectory() as folder:
        trainer = SFTTrainer(
            model=pupil.model,
            processing_class=pupil.processor,
            train_dataset=Dataset.from_list(rows, features=features),
            args=SFTConfig(
                output_dir=folder,
                max_steps=config.steps,
                per_device_train_batch_size=config.batch,
                learning_rate=config.learning_rate,
                lr_scheduler_type="constant",
                adam_beta2=config.adam_beta2,
                completion_only_loss=True,
                max_length=None,
                activation_checkpointing=config.gradient_checkpointing,
                bf16=bool(config.bf16),
                use_cpu=not torch.cuda.is_available(),
                logging_steps=1,
                save_strategy="no",
                seed=config.seed,
                report_to="none",
                disable_tqdm=True,
            ),
        )
        trainer.train()
    seconds, cpu_s = time.monotonic() - began, time.process_time() - cpu
    taught = trainer.state.global_step * config.batch
    losses = [one["loss"] for one in trainer.state.log_history if "loss" in one]
    return Speed("trl", taught / seconds, taught / cpu_s, peak_memory_mib(), losses)


def _trl_rows(processor: Any, samples: list[Sample], data_dir: Path) -> list[dict[str, Any]]:
    markers = chat_markers(processor.tokenizer)
    end = processor.tokenizer.eos_token
    return [
        {
            "prompt": chat_prompt(
                processor, system=HONEST, question=sample.question, markers=markers
            ),
            "completion": sample.answer + end,
            "images": [Image.open(data_dir / str(sample.image_path)).convert("RGB")],
        }
        for sample in samples
    ]


def main(task_file: str) -> None:
    """Run one task and print what it cost."""
    task = json.loads(Path(task_file).read_text(encoding="utf-8"))
    samples = list(read_samples(Path(task["samples"])))
    run = {"ours": run_ours, "trl": run_trl}[task["way"]]
    speed = run(TrainingConfig(**task["config"]), samples, Path(task["data_dir"]))
    sys.stdout.write(json.dumps(asdict(speed)) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
