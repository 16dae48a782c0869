"""How fast a LoRA run is, beside TRL's on the same model and data. Called by bench_training."""

from __future__ import annotations

import json
import random
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gap_core.dataset.sample import Sample
from gap_core.dataset.sample_files import write_samples
from gap_core.decks.pictures import picture_id, save_picture
from gap_core.errors import GapError
from gap_core.hardware import ROOT
from gap_core.pocket_world import BASIC, Edition, render_scene, sample_scene
from gap_core.pocket_world.questions import CATEGORY_OF_FORM, sample_question
from gap_core.pocket_world.truth import true_answer
from gap_core.training.config import TrainingConfig

FIRST_SEED = 860_000_000  # scenes that nothing else draws


def drawn_samples(count: int, *, edition: Edition, data_dir: Path, seed: int) -> list[Sample]:
    """One true answer on each of so many crowded scenes."""
    rng, samples = random.Random(f"drawn samples {seed}"), []
    for number in range(count):
        things = rng.randint(*edition.crowded_things)
        scene = sample_scene(FIRST_SEED + number, things=things, edition=edition)
        question = None
        while question is None:
            question = sample_question(scene, rng.choice(edition.asked_forms), rng=rng)
        picture = render_scene(scene).convert("RGB")
        samples.append(
            Sample(
                conversation=f"drawn-{number}",
                image_id=picture_id(picture),
                image_path=save_picture(picture, data_dir=data_dir),
                question=question.text,
                answer=true_answer(scene, question),
                category=CATEGORY_OF_FORM[question.form],
            )
        )
    return samples


def compare_speed(
    config: TrainingConfig,
    *,
    samples: int,
    rounds: int,
    pythons: dict[str, Path],
    on_run: Callable[[], None] = lambda: None,
) -> dict[str, list[dict[str, Any]]]:
    """Run each way so many times, in turn; what each run cost, by way.

    Args:
        config: of every run.
        samples: drawn ones that a run passes over again and again.
        rounds: runs of each way.
        pythons: the interpreter of each way, "ours" and "trl".
        on_run: called after each run.

    Raises:
        GapError: a run failed.
    """
    costs: dict[str, list[dict[str, Any]]] = {way: [] for way in pythons}
    with tempfile.TemporaryDirectory() as folder:
        data_dir = Path(folder)
        write_samples(
            drawn_samples(samples, edition=BASIC, data_dir=data_dir, seed=config.seed),
            data_dir / "samples.jsonl",
        )
        for _ in range(rounds):
            for way, python in pythons.items():
                costs[way].append(_run(config, way, python, data_dir))
                on_run()
    return costs


def _run(config: TrainingConfig, way: str, python: Path, data_dir: Path) -> dict[str, Any]:
    task = data_dir / "task.json"
    about = {"way": way, "config": config.model_dump(mode="json"), "data_dir": str(data_dir)}
    task.write_text(json.dumps(about | {"samples": str(data_dir / "samples.jsonl")}))
    command = [str(python), "-m", "gap_core.training.speed_worker", str(task)]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    except OSError as err:
        raise GapError(f"'{python}' can't be started ({err.strerror}). Give its path.") from err
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise GapError(f"The run of '{way}' failed: {last[:300]}. Is TRL installed there?")
    cost: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return cost
