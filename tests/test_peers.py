# What is exported loads in the tools it is exported for: their own code, in their own environment.
from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from gap_core.covers.pocket_task import TaskSize, make_pocket_task
from gap_core.dataset.build_config import BuildConfig
from gap_core.dataset.building import build_dataset
from gap_core.dataset.exporting import export_dataset
from gap_core.dataset.places import dataset_place
from gap_core.dataset.sample import Sample
from scripts.covers import main
from tests.fixtures_architectures import save_random_qwen
from tests.fixtures_server import save_random_llava
from tests.peer_packages import LLAMA_FACTORY, MS_SWIFT

pytestmark = [pytest.mark.peer, pytest.mark.slow, pytest.mark.timeout(1_200)]

ONE_STEP = {"bf16": "false", "gradient_accumulation_steps": "1", "max_steps": "1"}


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


def test_llama_factory_trains_a_step_on_an_exported_dataset(
    peer_python: Callable[..., Path], pictured: Callable[..., Sample], tmp_path: Path
) -> None:
    python = peer_python("llamafactory", *LLAMA_FACTORY)
    out, model = exported(pictured, tmp_path, "llama-factory"), tmp_path / "model"
    save_as_version_4(model)
    given = {"model_name_or_path": str(model), "template": "llava"} | ONE_STEP
    done = run_offline(
        [python.with_name("llamafactory-cli"), "train", "train_lora.yaml"]
        + [f"{name}={value}" for name, value in given.items()],
        folder=out,
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    assert (out / "lora" / "adapter_model.safetensors").stat().st_size > 0
    said = json.loads((out / "lora" / "all_results.json").read_text())
    assert said["train_loss"] > 0 and said["eval_loss"] > 0


def test_ms_swift_trains_a_step_on_an_exported_dataset(
    peer_python: Callable[..., Path], pictured: Callable[..., Sample], tmp_path: Path
) -> None:
    python = peer_python("ms-swift", *MS_SWIFT)
    out, model = exported(pictured, tmp_path, "ms-swift"), tmp_path / "model"
    model.mkdir()
    save_random_llava(model)
    done = run_offline(
        [out / "train_lora.sh", "--model", model, "--model_type", "llava1_5_hf"]
        + ["--template", "llava1_5_hf", "--torch_dtype", "float32", "--max_steps", "1"]
        + ["--gradient_accumulation_steps", "1", "--report_to", "none"],
        folder=out,
        path=python.parent,
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    assert len(list(out.glob("lora/*/checkpoint-1/adapter_model.safetensors"))) == 1
    log = next(out.glob("lora/*/logging.jsonl")).read_text()
    assert '"loss"' in log and '"eval_loss"' in log


def exported(pictured: Callable[..., Sample], folder: Path, format_name: str) -> Path:
    """Eight samples, built and exported: with pictures to learn from and others held out."""
    samples = [
        pictured(f"s{n}", n, question=f"How many dogs are near sign {n}?", answer=f"{n} dogs.")
        for n in range(2, 10)
    ]
    data, out = folder / "data", folder / "export"
    config = BuildConfig(validation_share=0.3)
    report = build_dataset(samples, dataset_place(data, "small"), data_dir=data, config=config)
    assert report.train and report.validation
    export_dataset(dataset_place(data, "small"), out, format_name=format_name, data_dir=data)
    return out


def save_as_version_4(folder: Path) -> None:
    """A LLaVA as transformers 4 names its files, which LLaMA-Factory of that time reads."""
    folder.mkdir()
    save_random_llava(folder)
    config = folder / "tokenizer_config.json"
    config.write_text(config.read_text().replace("TokenizersBackend", "PreTrainedTokenizerFast"))
    processor = json.loads((folder / "processor_config.json").read_text())
    pictures = processor.pop("image_processor")
    (folder / "preprocessor_config.json").write_text(json.dumps(pictures))
    (folder / "processor_config.json").write_text(json.dumps(processor))


def run_offline(
    command: Sequence[str | Path], *, folder: Path, path: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run in a folder, without GPU and network, with further programs before the others."""
    programs = os.pathsep.join([str(path), os.environ["PATH"]] if path else [os.environ["PATH"]])
    hidden = {"CUDA_VISIBLE_DEVICES": "", "HF_HUB_OFFLINE": "1", "HF_HOME": str(folder / "cache")}
    return subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        capture_output=True,
        text=True,
        env={**os.environ, **hidden, "PATH": programs},
    )
