"""A run of pocket-llama from its first case to the exported model, with a manifest beside it.

Called by scripts/train_pocket_llama.py and scripts/build_pocket.py.
"""

import hashlib
import random
import time
from dataclasses import asdict
from pathlib import Path

from transformers import PreTrainedTokenizerFast

from gap_core.hardware import describe_hardware
from gap_core.pocket_training.manifest import Manifest
from gap_core.pocket_training.transfer import finished_tokenizer
from gap_core.pocket_training.watching import Watcher
from gap_core.refiner_training.cases import sample_case
from gap_core.refiner_training.examples import whole_words
from gap_core.refiner_training.measure import held_out_cases, refine_cases
from gap_core.refiner_training.train import RefinerConfig, RefinerTrainer
from gap_core.refiner_training.words import Vocabulary
from models.pocket_llama_architecture import build_tokenizer
from models.registry import load_language_model

_HASHED_CASES = 500


def open_run(config: RefinerConfig, folder: Path, *, is_compiled: bool = False) -> RefinerTrainer:
    """The trainer of a run folder, new or at its last checkpoint.

    Its tokenizer is the run's own, or that of the finished weights that it goes on from.

    Raises:
        GapError: the weights to start from are not there.
    """
    kept = folder / "tokenizer"
    if config.start:
        tokenizer = finished_tokenizer(Path(config.start))
    elif kept.exists():
        tokenizer = PreTrainedTokenizerFast.from_pretrained(kept)
    else:
        tokenizer = build_tokenizer(whole_words(seed=config.seed))
        tokenizer.save_pretrained(kept)
    return RefinerTrainer(config, folder=folder, tokenizer=tokenizer, is_compiled=is_compiled)


def build_refiner_part(
    config: RefinerConfig, folder: Path, *, watcher: Watcher, cases: int
) -> Manifest:
    """The model with its manifest, measured on so many answers that it has never seen."""
    began, out = time.monotonic(), folder / "model"
    trainer = open_run(config, folder / "run")
    trainer.run(on_step=watcher.on_step, is_stopped=watcher.is_stopped)
    trained = time.monotonic()
    trainer.export(out)
    model = load_language_model(str(out))
    report = refine_cases(model, held_out_cases(cases, seed=config.seed))
    manifest = Manifest(
        config=asdict(config),
        data_sha256=data_hash(seed=config.seed),
        steps=trainer.step,
        right=round(trainer.right, 4),
        seconds={"training": round(trained - began, 1)},
        hardware=describe_hardware(),
        figures={
            "facts_unchanged": report.share(lambda one: not one.changes).mean,
            "fluent": report.share(lambda one: not one.faults).mean,
            "n": len(report.refined),
        },
    )
    manifest.write(out)
    return manifest


def data_hash(*, seed: int) -> str:
    """The sha256 of the first cases that training draws: other words or forms, another hash."""
    rng, vocabulary = random.Random(f"hashed {seed}"), Vocabulary(is_held_out=False)
    digest = hashlib.sha256()
    for _ in range(_HASHED_CASES):
        case = sample_case(vocabulary, rng=rng)
        digest.update(f"{case.question}\n{case.typed}\n{case.truth}\n".encode())
    return digest.hexdigest()
