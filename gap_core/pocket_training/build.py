"""A training run from its first drawn scene to the exported model, with a manifest beside it.

Called by scripts/train_pocket.py and scripts/build_pocket.py.
"""

import hashlib
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from transformers import PreTrainedTokenizerFast

from gap_core.hardware import describe_hardware
from gap_core.pocket_training.bodies import BODIES
from gap_core.pocket_training.config import PocketConfig
from gap_core.pocket_training.corpus import corpus_lines
from gap_core.pocket_training.manifest import Manifest
from gap_core.pocket_training.measure import measure_pocket
from gap_core.pocket_training.scene_cache import SceneCache, graphs_sha256
from gap_core.pocket_training.train import PocketTrainer
from gap_core.pocket_training.transfer import finished_tokenizer
from gap_core.pocket_training.watching import Watcher
from gap_core.pocket_world import EDITIONS, FULL
from gap_core.pocket_world.contact_sheet import draw_contact_sheet
from models.pocket_architecture import train_tokenizer
from models.registry import load_model

_HASHED_SCENES = 200  # of each level


@dataclass(frozen=True)
class Machine:
    """Where and how a run computes; none of it changes what is learnt, but for rounding."""

    device: str = "cpu"
    workers: int = 0
    is_compiled: bool = False
    is_bf16: bool = False


def open_run(config: PocketConfig, folder: Path, machine: Machine) -> PocketTrainer:
    """The trainer of a run folder, new or at its last checkpoint, with the run's own tokenizer.

    Raises:
        GapError: the weights to start from are not there.
    """
    return PocketTrainer(
        config,
        folder=folder,
        tokenizer=_tokenizer_of(config, folder),
        device=machine.device,
        is_compiled=machine.is_compiled,
        is_bf16=machine.is_bf16,
        workers=machine.workers,
    )


def _tokenizer_of(config: PocketConfig, folder: Path) -> PreTrainedTokenizerFast:
    """That of finished weights whose words are kept, or of the run; else a new one."""
    if config.words_from:
        return finished_tokenizer(Path(config.words_from))
    kept = folder / "tokenizer"
    if kept.exists():
        return PreTrainedTokenizerFast.from_pretrained(kept)
    lines = corpus_lines(seed=config.seed, edition=EDITIONS[config.edition])
    tokenizer = train_tokenizer(
        lines,
        tokens=config.vocabulary_tokens,
        named_tokens=BODIES[config.architecture].named_tokens,
    )
    tokenizer.save_pretrained(kept)
    return tokenizer


def train_to_end(
    trainer: PocketTrainer, *, out: Path, machine: Machine, watcher: Watcher
) -> Manifest:
    """Draw what has to be drawn first, train, export, and say what it took."""
    began = time.monotonic()
    if trainer.config.is_cache_drawn:
        trainer.cache.draw_all(workers=machine.workers, on_shard=watcher.on_shard)
    drawn = time.monotonic()
    trainer.run(on_step=watcher.on_step, is_stopped=watcher.is_stopped)
    trained = time.monotonic()
    trainer.export(out)
    manifest = Manifest(
        config=asdict(trainer.config),
        data_sha256=data_hash(trainer.cache),
        steps=trainer.step,
        right=round(trainer.right, 4),
        seconds={"drawing": round(drawn - began, 1), "training": round(trained - drawn, 1)},
        hardware=describe_hardware(),
    )
    manifest.write(out)
    return manifest


def build_model_part(
    config: PocketConfig, folder: Path, *, machine: Machine, watcher: Watcher, scenes: int
) -> Manifest:
    """A model with its manifest, measured on so many fresh scenes.

    Raises:
        GapError: the settings contradict each other.
    """
    trainer = open_run(config, folder / "run", machine)
    manifest = train_to_end(trainer, out=folder / "model", machine=machine, watcher=watcher)
    edition = EDITIONS[config.edition]
    report = measure_pocket(load_model(str(folder / "model")), scenes=scenes, edition=edition)
    manifest.figures = {
        "right_simple": report.simple.right_share().mean,
        "right_told_wrong": report.told_wrong.right_share().mean,
        "right_crowded": report.crowded.right_share().mean,
        "full_descriptions": report.descriptions.mean,
        "n": report.simple.n.get("all", 0),
    }
    manifest.write(folder / "model")
    return manifest


def build_sheet_part(path: Path) -> dict[str, object]:
    """The contact sheet of the full world, with its hash."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draw_contact_sheet(edition=FULL, scenes=48, seed=1).save(path, optimize=True)
    return {"sha256": hashlib.sha256(path.read_bytes()).hexdigest()}


def data_hash(cache: SceneCache) -> str:
    """The sha256 of the first scene graphs of every level: another world, another hash."""
    return graphs_sha256(
        cache.scene_of(level, index) for level in cache.levels for index in range(_HASHED_SCENES)
    )
