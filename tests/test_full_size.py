# Full-size shapes have the published sizes, and checkpoints of random weights load as real ones.
from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from click.testing import CliRunner

from models.base import Ask
from models.full_size import SHAPES, memory_of
from models.memory_check import weight_shapes
from models.prompts import HONEST
from models.registry import load_model
from scripts.make_random_model import main
from tests.test_transformers_vlm import noise_picture

SMALLER = {
    "num_hidden_layers": 4, "vocab_size": 1_300, "hidden_size": 256, "intermediate_size": 256,
    "num_attention_heads": 2, "num_key_value_heads": 1,
}  # fmt: skip
SMALLER_EYES = {
    "minicpm-v": {"hidden_size": 64, "intermediate_size": 64, "num_attention_heads": 2},
    "qwen2-vl-2b": {"depth": 1, "embed_dim": 64, "num_heads": 2, "hidden_size": 256},
    "qwen2-vl-7b": {"depth": 1, "embed_dim": 64, "num_heads": 2, "hidden_size": 256},
    "qwen2.5-vl-7b": {"depth": 2, "hidden_size": 64, "intermediate_size": 64, "num_heads": 2,
                      "out_hidden_size": 256, "fullatt_block_indexes": [1]},
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "billions"),
    [("minicpm-v", 1.3), ("qwen2-vl-2b", 2.209), ("qwen2-vl-7b", 8.291), ("qwen2.5-vl-7b", 8.292)],
)
def test_shapes_have_the_published_number_of_parameters(name: str, billions: float) -> None:
    memory = memory_of(name)

    assert memory.parameters / 1e9 == pytest.approx(billions, rel=0.002)
    assert memory.nf4 < 0.45 * memory.bf16


@pytest.mark.parametrize("name", SHAPES)
def test_random_checkpoint_loads_and_answers(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shape = SHAPES[name]
    smaller = shape._replace(
        text={**shape.text, **SMALLER}, vision={**shape.vision, **SMALLER_EYES[name]}
    )
    monkeypatch.setitem(SHAPES, name, smaller)
    result = CliRunner().invoke(main, [name, str(tmp_path / "random")])
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout.splitlines()[-1])
    ask = Ask(noise_picture(1, size=(112, 84)), "What is it?", HONEST, max_tokens=3)

    model = load_model(str(tmp_path / "random"), quantize="nf4")
    assert model.answer([ask])[0].tokens == 3
    assert told["parameters"] == sum(
        math.prod(shape) for _, shape in weight_shapes(tmp_path / "random")
    )


def test_unknown_shape_and_full_folder_are_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")

    for arguments, told in (
        (["llama-3.1-8b"], "The shape of 'llama-3.1-8b' isn't known. Choose minicpm-v"),
        (["minicpm-v", str(tmp_path)], "isn't empty. Choose another folder."),
    ):
        result = CliRunner().invoke(main, arguments)
        assert result.exit_code == 1 and told in result.output
