# A pocket checkpoint with random weights: the real classes, without trained weights.
from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from models.transformers_vlm import TransformersVLM


@pytest.fixture(scope="session")
def random_pocket_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint folder as training writes it, but nothing was learnt."""
    from models.pocket_architecture import (
        build_model,
        build_processor,
        save_processor,
        train_tokenizer,
    )
    from models.prompts import HONEST, WRONG

    folder = tmp_path_factory.mktemp("random_pocket")
    texts = [HONEST, WRONG, "What colour is the car? The car is red. How many dogs are there?"]
    tokenizer = train_tokenizer(texts * 3)
    model = build_model(tokenizer, seed=7)
    # Fresh weights hardly move the residual stream, so every answer would repeat the prompt's end.
    for weight in model.model.parameters():
        if weight.dim() == 2 and weight is not model.lm_head.weight:
            weight.data.mul_(8)
    model.save_pretrained(folder)
    save_processor(build_processor(tokenizer), folder)
    return folder


@pytest.fixture(scope="session")
def random_pocket(random_pocket_folder: Path) -> TransformersVLM:
    from models.transformers_vlm import TransformersVLM

    return TransformersVLM.load(random_pocket_folder, name="random")
