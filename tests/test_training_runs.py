# A run from samples to an adapter: what it changes, how it goes on, what it refuses.
from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from peft import PeftModel
from PIL import ImageEnhance
from safetensors.torch import load_file
from transformers import AutoModelForImageTextToText

from gap_core.dataset.sample import REPLAY, Provenance, Sample
from gap_core.dataset.sample_files import write_samples
from gap_core.decks.pictures import picture_id, save_picture
from gap_core.errors import GapError
from gap_core.training import train as train_module
from gap_core.training.base_model import Pupil, load_pupil
from gap_core.training.collation import Collator
from gap_core.training.config import TrainingConfig, made_config
from gap_core.training.eye import Eye
from gap_core.training.run_folder import (
    TrainingResult,
    latest_checkpoint,
    read_curve,
    read_run,
    request_stop,
)
from gap_core.training.train import train_adapter
from models.adapters import CONFIG_FILE
from models.base import Ask
from models.prompts import HONEST
from models.registry import load_model
from tests.fixtures_dataset import noise_picture

WEIGHTS = "adapter_model.safetensors"


@pytest.fixture
def config(random_pocket_folder: Path) -> TrainingConfig:
    """Six steps with dropout, so that the state of the dice counts too."""
    return made_config(
        name="one", model=str(random_pocket_folder), steps=6, batch=2, rank=2, dropout=0.1,
        learning_rate=5e-3, held_back_share=0.25, evaluate_every_steps=2,
        checkpoint_every_steps=2, threads=1,
    )  # fmt: skip


@pytest.fixture
def samples(pictured: Callable[..., Sample]) -> list[Sample]:
    """Eight samples on as many pictures."""
    return [pictured(f"s{seed}", seed, answer=f"There are {seed} dogs.") for seed in range(8)]


@pytest.fixture
def train(samples: list[Sample], tmp_path: Path) -> Callable[..., TrainingResult]:
    def run(config: TrainingConfig, folder: str = "run", **given: Any) -> TrainingResult:
        return train_adapter(
            config, given.pop("samples", samples), tmp_path / folder,
            data_dir=tmp_path / "data", **given,
        )  # fmt: skip

    return run


def weights(folder: Path | None) -> dict[str, torch.Tensor]:
    assert folder is not None
    return load_file(folder / WEIGHTS)


def assert_same(one: Path | None, other: Path | None) -> None:
    ours, theirs = weights(one), weights(other)
    assert ours.keys() == theirs.keys()
    assert max(float((ours[name] - theirs[name]).abs().max()) for name in ours) <= 1e-6


def test_an_adapter_is_kept_at_its_strength_and_can_be_a_parent(
    config: TrainingConfig, train: Callable[..., TrainingResult]
) -> None:
    whole, weak = (
        train(config.model_copy(update={"strength": strength}), f"at {strength}").adapter
        for strength in (1.0, 0.5)
    )
    ours, theirs = weights(whole), weights(weak)
    assert ours.keys() == theirs.keys()
    for name, weight in ours.items():
        assert torch.allclose(theirs[name], weight * (0.5 if "lora_B" in name else 1.0))
    child = config.model_copy(update={"parent": "one"})
    assert train(child, "child", parent=weak).adapter is not None


def test_a_run_changes_its_adapter_alone_and_a_reloaded_one_answers_the_same(
    config: TrainingConfig,
    train: Callable[..., TrainingResult],
    samples: list[Sample],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pupils: list[Pupil] = []

    def kept(*given: Any, **named: Any) -> Pupil:
        pupils.append(load_pupil(*given, **named))
        return pupils[-1]

    monkeypatch.setattr(train_module, "load_pupil", kept)
    result = train(config)
    (pupil,) = pupils
    base = AutoModelForImageTextToText.from_pretrained(config.model)
    before = dict(base.named_parameters())
    for name, weight in pupil.model.get_base_model().named_parameters():
        if "lora_" not in name:
            assert torch.equal(weight, before[name.replace(".base_layer", "")])
    learnt = [weight for name, weight in weights(result.adapter).items() if "lora_B" in name]
    assert learnt and all(bool(weight.any()) for weight in learnt)
    assert not [name for name in weights(result.adapter) if "language_model" not in name]

    reloaded = PeftModel.from_pretrained(base, str(result.adapter)).eval()
    batch = Collator(
        pupil.processor, data_dir=tmp_path / "data", wants_types=False, end_id=pupil.end_id
    )(samples[:3])
    del batch["labels"]
    with torch.no_grad():
        trained = pupil.model.eval()(**batch).logits
        Eye(reloaded, is_frozen=True)
        places = batch.pop("answer_places")
        assert torch.allclose(reloaded(**batch).logits[places], trained[0], atol=1e-5)


def test_what_is_held_back_gets_better_and_the_game_answers_otherwise(
    config: TrainingConfig, train: Callable[..., TrainingResult]
) -> None:
    seen: list[Any] = []
    result = train(config, on_measured=seen.append)
    held_back = [one.held_back_loss for one in seen if one.held_back_loss is not None]
    assert len(held_back) == 3 and held_back[-1] < held_back[0] - 0.1
    assert result.held_back_loss == min(held_back)
    assert (result.learnt, result.held_back, result.too_long) == (6, 2, 0)
    ask = Ask(noise_picture(1), "How many dogs are there?", HONEST, max_tokens=8)
    plain = load_model(config.model).answer([ask])[0]
    taught = load_model(config.model, adapter=result.adapter).answer([ask])[0]
    assert taught.text != plain.text and taught.adapter == "run_adapter"


def test_the_folder_tells_the_run_and_its_curve(
    config: TrainingConfig, train: Callable[..., TrainingResult], tmp_path: Path
) -> None:
    result = train(config, origin={"dataset_sha256": "abc"})
    run = read_run(tmp_path / "run")
    assert run.result == result
    assert TrainingConfig(**run.config["config"]) == config
    assert run.config["dataset_sha256"] == "abc" and "transformers" in run.config["libraries"]
    assert [one.step for one in run.curve if one.loss is not None] == [1, 2, 3, 4, 5, 6]
    assert str(tmp_path) not in (result.adapter / CONFIG_FILE).read_text()  # type: ignore[operator]
    again = train(config, origin={"dataset_sha256": "abc"})
    assert again == result  # over already: read, not trained again


def test_a_stopped_run_goes_on_to_the_same_weights(
    config: TrainingConfig, train: Callable[..., TrainingResult], tmp_path: Path
) -> None:
    whole = train(config, "whole")
    stopped = train(config, "cut", on_measured=lambda one: (
        request_stop(tmp_path / "cut") if one.step == 2 else None
    ))  # fmt: skip
    assert (stopped.adapter, stopped.step) == (None, 3)
    resumed = train(config, "cut")
    assert resumed.step == 6
    assert_same(whole.adapter, resumed.adapter)
    assert [one[:4] for one in read_curve(tmp_path / "cut")] == [
        pytest.approx(one[:4]) for one in read_curve(tmp_path / "whole")
    ]


def test_a_signal_stops_a_run_with_a_checkpoint(
    config: TrainingConfig, train: Callable[..., TrainingResult], tmp_path: Path
) -> None:
    before = signal.getsignal(signal.SIGTERM)
    stopped = train(config, on_measured=lambda one: (
        os.kill(os.getpid(), signal.SIGTERM) if one.step == 2 and one.loss is not None else None
    ))  # fmt: skip
    assert (stopped.adapter, stopped.step) == (None, 3)
    checkpoint = latest_checkpoint(tmp_path / "run")
    assert checkpoint is not None and checkpoint.name == "checkpoint-3"
    assert signal.getsignal(signal.SIGTERM) == before


KILLED = """
import os, signal, sys
from pathlib import Path
from gap_core.dataset.sample_files import read_samples
from gap_core.training.config import read_config
from gap_core.training.train import train_adapter
def die(one):
    if one.step == 5:
        os.kill(os.getpid(), signal.SIGKILL)
here = Path(sys.argv[1])
train_adapter(read_config(here / "run.yaml"), list(read_samples(here / "samples.jsonl")),
              here / "killed", data_dir=here / "data", on_measured=die)
"""


def test_a_killed_run_goes_on_to_the_same_weights(
    config: TrainingConfig,
    train: Callable[..., TrainingResult],
    samples: list[Sample],
    tmp_path: Path,
) -> None:
    write_samples(samples, tmp_path / "samples.jsonl")
    (tmp_path / "run.yaml").write_text(config.model_dump_json())
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path)],
        cwd=Path(__file__).parents[1], capture_output=True, check=False,
    )  # fmt: skip
    assert killed.returncode == -9
    checkpoint = latest_checkpoint(tmp_path / "killed")
    assert checkpoint is not None and checkpoint.name == "checkpoint-4"
    broken = checkpoint.with_name("checkpoint-5")  # as if it had died while it wrote that
    broken.mkdir()
    resumed = train(config, "killed")
    assert not broken.exists()
    assert_same(train(config, "whole").adapter, resumed.adapter)
    assert len(read_curve(tmp_path / "killed")) == 9


def test_a_run_goes_on_from_its_parent(
    config: TrainingConfig, train: Callable[..., TrainingResult]
) -> None:
    parent = train(config).adapter
    slight = config.model_copy(update={"learning_rate": 1e-9, "parent": "one", "steps": 2})
    child = train(slight, "child", parent=parent).adapter
    changes = [
        float((weight - weights(parent)[name]).abs().max())
        for name, weight in weights(child).items()
    ]
    assert 0 < max(changes) < 1e-6
    with pytest.raises(GapError, match="keeps rank, alpha, targets"):
        train(slight.model_copy(update={"rank": 4}), "wider", parent=parent)


def test_four_bit_weights_are_taught_too(
    config: TrainingConfig, train: Callable[..., TrainingResult]
) -> None:
    result = train(
        config.model_copy(update={"quantize": "nf4", "steps": 2, "gradient_checkpointing": True})
    )
    assert [name for name, weight in weights(result.adapter).items() if bool(weight.any())]


def test_a_validation_picture_is_never_learnt(
    config: TrainingConfig,
    train: Callable[..., TrainingResult],
    pictured: Callable[..., Sample],
    tmp_path: Path,
) -> None:
    with pytest.raises(GapError, match="'s0' is the one of validation sample 'v'"):
        train(config, validation=[pictured("v", 0)])
    darker = ImageEnhance.Brightness(noise_picture(3)).enhance(0.9)
    alike = replace(
        pictured("v", 3),
        image_id=picture_id(darker),
        image_path=save_picture(darker, data_dir=tmp_path / "data"),
    )
    with pytest.raises(GapError, match="'s3' looks like the one of validation sample 'v'"):
        train(config, "alike", validation=[alike])


def test_pictures_must_be_at_hand(
    config: TrainingConfig, train: Callable[..., TrainingResult], pictured: Callable[..., Sample]
) -> None:
    with pytest.raises(GapError, match="is missing from"):
        train(config, samples=[replace(pictured("a", 1), image_path="images/no.png")])
    with pytest.raises(GapError, match="There are no samples"):
        train(config, samples=[])


def test_another_run_in_the_folder_is_refused(
    config: TrainingConfig,
    train: Callable[..., TrainingResult],
    samples: list[Sample],
    tmp_path: Path,
) -> None:
    request_stop_at_once = {"is_stopped": lambda: True}
    train(config, **request_stop_at_once)
    with pytest.raises(GapError, match="another 'learning_rate'"):
        train(config.model_copy(update={"learning_rate": 1e-3}))
    with pytest.raises(GapError, match="another 'samples_sha256'"):
        train(config, samples=samples[:-1])


def test_a_run_older_than_a_setting_goes_on(
    config: TrainingConfig, train: Callable[..., TrainingResult], tmp_path: Path
) -> None:
    train(config, is_stopped=lambda: True)
    file = tmp_path / "run" / "config.json"
    record = json.loads(file.read_text())
    del record["config"]["strength"]
    file.write_text(json.dumps(record))
    with pytest.raises(GapError, match="another 'strength'"):
        train(config.model_copy(update={"strength": 0.5}))
    assert train(config).adapter is not None


def test_replay_is_learnt_but_not_held_back_nor_counted_as_learnt(
    config: TrainingConfig,
    train: Callable[..., TrainingResult],
    samples: list[Sample],
    pictured: Callable[..., Sample],
) -> None:
    replay = [
        pictured(f"r{seed}", seed, provenance=Provenance("game", origin=REPLAY))
        for seed in range(20, 28)
    ]
    alone, both = train(config), train(config, "both", samples=[*samples, *replay])
    assert (both.held_back, both.learnt) == (alone.held_back, alone.learnt + len(replay))
    assert both.trained_images == alone.trained_images


def test_unknown_layers_are_told_with_those_that_are_there(
    config: TrainingConfig, train: Callable[..., TrainingResult]
) -> None:
    with pytest.raises(GapError, match="no layer 'query'.*q_proj"):
        train(config.model_copy(update={"targets": ("query",)}))


def test_samples_that_are_too_long_are_left_out_and_counted(
    config: TrainingConfig,
    train: Callable[..., TrainingResult],
    samples: list[Sample],
    pictured: Callable[..., Sample],
) -> None:
    long = pictured("long", 50, question="dog " * 400)
    short = config.model_copy(update={"max_length_tokens": 256, "steps": 1})
    assert train(short, samples=[*samples, long]).too_long == 1
    with pytest.raises(GapError, match="Raise max_length_tokens"):
        train(short.model_copy(update={"max_length_tokens": 16}), "none")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({}, "batch: 1 with accumulate: 2"),
        ({"batch": 1}, "Set gradient_checkpointing: true"),
        ({"batch": 1, "gradient_checkpointing": True}, "Set quantize: nf4"),
        ({"batch": 1, "gradient_checkpointing": True, "quantize": "nf4"}, "max_length_tokens"),
    ],
)
def test_too_little_memory_says_what_to_lower(
    config: TrainingConfig,
    train: Callable[..., TrainingResult],
    monkeypatch: pytest.MonkeyPatch,
    changed: dict[str, Any],
    words: str,
) -> None:
    def greedy(*_: Any, **__: Any) -> Any:
        return torch.empty(2**50)  # torch's own words on this machine

    monkeypatch.setattr(train_module, "load_pupil", greedy)
    with pytest.raises(GapError, match=words):
        train(config.model_copy(update=changed))
