# When memory runs out: every way to say so is understood, and what is advised can be done.
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch

from gap_core.errors import GapError
from gap_core.training import train as train_module
from gap_core.training.config import TrainingConfig, made_config
from gap_core.training.lowering import what_to_lower
from gap_core.training.memory import telling_what_to_lower
from gap_core.training.run_folder import TrainingResult, read_curve, request_stop
from tests.test_training_runs import config, samples, train, weights  # noqa: F401 (fixtures)


@pytest.mark.parametrize(
    "words",
    [
        "CUDA error: out of memory\nCompile with `TORCH_USE_CUDA_DSA`",
        "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
        "cuDNN error: CUDNN_STATUS_ALLOC_FAILED",
    ],
)
def test_libraries_of_the_gpu_have_their_own_words_for_it(words: str) -> None:
    run = made_config(name="one", steps=1)
    with (
        pytest.raises(GapError, match="Memory ran out in run 'one'"),
        telling_what_to_lower(run),
    ):
        raise RuntimeError(words)
    with pytest.raises(RuntimeError, match="illegal"), telling_what_to_lower(run):
        raise RuntimeError("CUDA error: an illegal memory access was encountered")


@pytest.mark.parametrize("batch", [2, 3, 5, 6, 8, 9, 15])
def test_a_smaller_batch_makes_steps_of_as_many_samples(batch: int) -> None:
    words = what_to_lower(made_config(name="one", steps=1, batch=batch, accumulate=3))
    first = words.split(", which learns the same;")[0].split()  # Set batch: 4 with accumulate: 2
    assert first[:2] == ["Set", "batch:"] and int(first[2]) < batch
    assert int(first[2]) * int(first[5]) == batch * 3


def test_a_run_goes_on_with_a_smaller_batch_to_the_same_weights(
    config: TrainingConfig,  # noqa: F811
    train: Callable[..., TrainingResult],  # noqa: F811
    tmp_path: Any,
) -> None:
    config = config.model_copy(update={"dropout": 0.0, "steps": 4, "batch": 4, "patience": 3})
    whole = train(config, "whole")
    train(config, "cut", on_measured=lambda one: (
        request_stop(tmp_path / "cut") if one.step == 1 else None
    ))  # fmt: skip
    with pytest.raises(GapError, match="another 'batch × accumulate', which has learnt already"):
        train(config.model_copy(update={"batch": 1, "accumulate": 2}), "cut")
    smaller = {"batch": 1, "accumulate": 4, "gradient_checkpointing": True}
    resumed = train(config.model_copy(update=smaller), "cut")
    assert (resumed.step, resumed.best_step) == (whole.step, whole.best_step)
    ours, theirs = weights(whole.adapter), weights(resumed.adapter)
    furthest = max(float((ours[name] - theirs[name]).abs().max()) for name in ours)
    assert furthest <= 1e-5, furthest
    losses = [
        [one.held_back_loss or one.loss for one in read_curve(tmp_path / folder)]
        for folder in ("whole", "cut")
    ]
    assert losses[1] == pytest.approx(losses[0], abs=1e-4)


def test_advice_can_be_followed_under_the_same_name(
    config: TrainingConfig,  # noqa: F811
    train: Callable[..., TrainingResult],  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as greedy:
        greedy.setattr(train_module, "load_pupil", lambda *_, **__: torch.empty(2**50))
        with pytest.raises(GapError, match="max_length_tokens below 2048"):
            train(config)
    lower = {"max_length_tokens": 1024, "steps": 1, "keep": "last", "evaluate_every_steps": 1}
    assert train(config.model_copy(update=lower)).adapter is not None
