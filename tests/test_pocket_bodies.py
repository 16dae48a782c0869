"""Both architectures that are trained see in training what they see when they are served."""

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from gap_core.pocket_training.bodies import BODIES, minicpm_patches, qwen_patches
from gap_core.pocket_training.config import PocketConfig
from gap_core.pocket_training.corpus import corpus_lines
from gap_core.pocket_training.examples import Packer, Row, sample_row
from gap_core.pocket_training.scene_cache import scaled_for_model
from gap_core.pocket_training.train import PocketTrainer, scaled_values
from gap_core.pocket_world import Scene, render_scene, sample_scene
from models.base import Ask
from models.pocket_architecture import SMALL, train_tokenizer
from models.processors import load_picture_processor
from models.prompts import HONEST
from models.transformers_vlm import TransformersVLM

pytestmark = pytest.mark.usefixtures("one_thread")

SHORT = PocketConfig(
    dense_steps=1, steps=2, pictures=2, questions=2, warmup_steps=2, shard_scenes=3
)
PATCHES = {"minicpm": minicpm_patches, "qwen": qwen_patches}
TYPES = {"minicpm": "minicpmv4_6", "qwen": "qwen2_vl"}


@pytest.fixture(scope="module", params=list(BODIES))
def architecture(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def tokenizer(architecture: str) -> Any:
    lines = (line for line, _ in zip(corpus_lines(seed=1), range(5_000), strict=False))
    return train_tokenizer(lines, named_tokens=BODIES[architecture].named_tokens)


@pytest.fixture
def processor(architecture: str, tokenizer: Any, tmp_path: Path) -> Any:
    BODIES[architecture].save_processor(tokenizer, tmp_path)
    return load_picture_processor(tmp_path, TYPES[architecture])


def values_of(scene: Scene) -> torch.Tensor:
    return scaled_values(torch.from_numpy(scaled_for_model(render_scene(scene))[None]))


def test_training_packs_pixels_as_the_processor_does(architecture: str, processor: Any) -> None:
    scene = sample_scene(5, things=3)
    text = f"{processor.image_token}what is this"
    processed = processor(images=[[render_scene(scene)]], text=[text], return_tensors="pt")
    values, shape = PATCHES[architecture](values_of(scene))

    assert torch.allclose(values, processed["pixel_values"], atol=1e-6)
    assert shape.tolist() == processed.get("image_grid_thw", processed.get("target_sizes")).tolist()


def test_packed_questions_are_predicted_as_the_served_model_predicts_each(
    architecture: str, tokenizer: Any, processor: Any, tmp_path: Path
) -> None:
    scene = sample_scene(11, things=2)
    row = sample_row(scene, rng=random.Random(3), questions=3, told_wrong=False)
    config = replace(SHORT, architecture=architecture)
    trainer = PocketTrainer(config, folder=tmp_path / "run", tokenizer=tokenizer)
    model = trainer.model.eval()
    packed = Packer(tokenizer).pack([row])
    with torch.inference_mode():
        seen = trainer.body.see(model, values_of(scene))
        together, _ = trainer._predict(packed, seen.tokens)
        alone = torch.cat([logits_alone(model, processor, scene, row, n) for n in range(3)])

    assert torch.allclose(together, alone, atol=1e-3)


def logits_alone(model: Any, processor: Any, scene: Scene, row: Row, number: int) -> torch.Tensor:
    """What the model itself predicts of one question's answer, asked as the game asks."""
    pair, template = row.pairs[number], processor.chat_template
    said = [
        {"role": "system", "content": HONEST},
        {"role": "user", "content": [{"type": "image"}, {"type": "text", "text": pair.typed}]},
    ]
    asked = processor.tokenizer.apply_chat_template(
        said, chat_template=template, tokenize=False, add_generation_prompt=True
    )
    batch = processor(
        images=[[render_scene(scene)]],
        text=[f"{asked}{pair.answer}<|im_end|>"],
        return_tensors="pt",
        return_mm_token_type_ids=True,
    )
    answer = len(processor.tokenizer(f"{pair.answer}<|im_end|>")["input_ids"])
    logits: torch.Tensor = model(**batch).logits[0, -answer - 1 : -1]
    return logits


def test_tower_features_come_row_by_row(architecture: str, tokenizer: Any) -> None:
    # Qwen's tower puts its patches out in blocks of four; lessons are about rows.
    body = BODIES[architecture]
    model = body.build(tokenizer, seed=0, shape=SMALL).eval()
    grey = torch.zeros(1, 3, 120, 160)
    dotted = grey.clone()
    dotted[:, :, 30:40, 50:60] = 1.0  # the patch in row 3, column 5
    with torch.inference_mode():
        before, after = body.see(model, grey), body.see(model, dotted)
    moved = (after.tower - before.tower).norm(dim=-1)[0]
    merged = (after.tokens - before.tokens).norm(dim=-1)[0]

    assert moved.argmax().item() == 3 * 16 + 5
    assert merged.argmax().item() == 1 * 8 + 2


def test_an_exported_run_loads_as_the_served_model(
    architecture: str, tokenizer: Any, tmp_path: Path
) -> None:
    config = replace(SHORT, architecture=architecture)
    trainer = PocketTrainer(config, folder=tmp_path / "run", tokenizer=tokenizer)
    before = [weight.detach().clone() for weight in trainer.model.parameters()]
    trainer.run(on_step=lambda progress: None, is_stopped=lambda: False)
    moved = [not torch.equal(a, b) for a, b in zip(before, trainer.model.parameters(), strict=True)]
    trainer.export(tmp_path / "out")
    served = TransformersVLM.load(tmp_path / "out", name="tiny")
    scene = sample_scene(1, things=1)
    with torch.inference_mode():
        seen = trainer.body.see(trainer.model.eval(), values_of(scene)).tokens[0].mean(0)

    assert sum(moved) > len(moved) / 2
    assert served.picture_features(render_scene(scene)) == pytest.approx(seen.numpy(), abs=0.02)
    ask = Ask(render_scene(scene), "what?", HONEST, 4)
    assert served.answer([ask])[0].text == served.answer_by_generate(ask).text


def test_layers_are_trained_by_muon_and_every_weight_by_one_optimizer(
    architecture: str, tokenizer: Any, tmp_path: Path
) -> None:
    config = replace(SHORT, architecture=architecture)
    trainer = PocketTrainer(config, folder=tmp_path, tokenizer=tokenizer)
    names = {id(weight): name for name, weight in trainer.model.named_parameters()}
    muon, adamw = (
        [[names.get(id(weight)) for weight in group["params"]] for group in one.param_groups]
        for one in trainer.optimizers
    )
    tower = {id(weight) for weight in trainer.body.tower(trainer.model).parameters()}

    assert sorted(name for group in [*muon, *adamw] for name in group if name) == sorted(
        names.values()
    )
    assert {names[key] for key in tower} == {
        name for group in (muon[0], adamw[0]) for name in group
    }
    # Attention and what follows it, in each layer of the tower and of the language model.
    assert len(muon[0]) >= 4 * SMALL.vision_layers and len(muon[1]) >= 7 * SMALL.text_layers
    assert not any(name and "embed" in name for group in muon for name in group)
