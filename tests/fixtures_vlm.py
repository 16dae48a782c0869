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


@pytest.fixture(scope="session")
def hybrid_pocket(random_pocket: TransformersVLM) -> TransformersVLM:
    """Layers as the full-size MiniCPM-V 4.6 has them: three of linear attention to one of full."""
    import torch
    from transformers.models.minicpmv4_6.modeling_minicpmv4_6 import (
        MiniCPMV4_6ForConditionalGeneration,
    )

    from models.pocket_architecture import build_config
    from models.transformers_vlm import TransformersVLM

    tokenizer = random_pocket._tokenizer
    config = build_config(tokenizer)
    text = config.text_config
    text.layer_types = ["linear_attention"] * 3 + ["full_attention"]
    text.linear_num_key_heads = text.linear_num_value_heads = 4
    text.linear_key_head_dim = text.linear_value_head_dim = 16
    torch.manual_seed(7)
    model = MiniCPMV4_6ForConditionalGeneration._from_config(config)
    for weight in model.model.parameters():
        if weight.dim() == 2 and weight is not model.lm_head.weight:
            weight.data.mul_(8)
    model.generation_config.eos_token_id = tokenizer.eos_token_id
    processor = random_pocket._processor
    return TransformersVLM(model, processor, name="hybrid", quantization="fp32")
