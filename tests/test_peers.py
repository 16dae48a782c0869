# What is exported loads in the tools it is exported for: their own code, in their own environment.
from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from gap_core.covers.pocket_task import TaskSize, make_pocket_task
from scripts.covers import main
from tests.fixtures_architectures import save_random_qwen

pytestmark = [pytest.mark.peer, pytest.mark.slow, pytest.mark.timeout(1_200)]

# From 0.9.4 on it imports torchaudio, which has no build for the processor alone.
LLAMA_FACTORY = (
    "llamafactory==0.9.3", "accelerate==1.7.0", "aiohappyeyeballs==2.7.1", "aiohttp==3.14.5",
    "aiosignal==1.4.0", "av==16.0.0", "contourpy==1.3.3", "cycler==0.12.1", "datasets==3.6.0",
    "dill==0.3.8", "docstring_parser==0.18.0", "einops==0.8.2", "fire==0.7.1", "fonttools==4.68.0",
    "frozenlist==1.8.0", "fsspec==2025.3.0", "huggingface_hub==0.36.2", "kiwisolver==1.5.1",
    "matplotlib==3.11.2", "modelscope-hub==0.5.1", "modelscope==1.40.2", "multidict==7.2.1",
    "multiprocess==0.70.16", "omegaconf==2.4.0", "peft==0.15.2", "propcache==0.5.4",
    "pyparsing==3.3.3", "sentencepiece==0.2.3", "shtab==1.13.0", "termcolor==3.3.0",
    "tiktoken==0.14.0", "tokenizers==0.21.4", "transformers==4.52.4", "trl==0.9.6", "tyro==0.8.14",
    "xxhash==4.1.0", "yarl==1.25.1",
)  # fmt: skip


def test_the_exported_covers_project_loads_in_llama_factory(
    peer_python: Callable[..., Path], tmp_path: Path
) -> None:
    python = peer_python("llamafactory", *LLAMA_FACTORY)
    make_pocket_task(tmp_path / "task", size=TaskSize(train=8, dev=1, test=1), seed=4)
    (tmp_path / "model").mkdir()
    save_random_qwen(tmp_path / "model", model_type="qwen2_5_vl")
    config, out = tmp_path / "covers.yaml", tmp_path / "project"
    settings = {
        "folder": str(tmp_path / "task"), "out": str(tmp_path / "out"), "exact_leaks": True,
        "telling": 1, "validation_share": 0.3,
        "training": {"model": "qwen2.5-vl-7b", "targets": "all", "steps": 4, "rank": 16,
                     "evaluate_every_steps": 2, "checkpoint_every_steps": 2, "patience": 3},
    }  # fmt: skip
    config.write_text(yaml.safe_dump(settings))
    told = CliRunner().invoke(main, ["export", str(out), "--config", str(config)])
    assert told.exit_code == 0, told.output
    ours = json.loads((out / "covers_train.json").read_text())

    script = Path(__file__).with_name("peer_llama_factory.py")
    done = subprocess.run(
        [str(python), str(script), str(out), str(tmp_path / "model")],
        capture_output=True,
        text=True,
        env={**os.environ, "CUDA_VISIBLE_DEVICES": "", "HF_HOME": str(tmp_path / "cache")},
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    read = json.loads(done.stdout.strip().splitlines()[-1])

    assert (read["lora_rank"], read["disable_shuffling"]) == (16, True)
    assert read["metric"] == "eval_accuracy"
    assert [row["answered"] for row in read["train"]] == [row["output"] for row in ours]
    assert [row["images"] for row in read["train"]] == [
        [str((tmp_path / "task" / path).resolve()) for path in row["images"]] for row in ours
    ]
    for row, own in zip(read["train"], ours, strict=True):
        assert row["asked"] == "\n".join(part for part in (own["system"], own["input"]) if part)
    assert {row["answered"] for row in read["eval"]} <= set("ABCD")
