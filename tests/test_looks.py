"""A picture seen several times: moved as said, averaged, and only where the checkpoint asks."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from transformers import AutoModelForImageTextToText

from gap_core.errors import GapError
from gap_core.pocket_training.bodies import minicpm_patches
from gap_core.pocket_training.config import PocketConfig, read_config, write_config
from gap_core.pocket_training.train import PocketTrainer
from gap_core.pocket_world import render_scene, sample_scene
from models.base import Ask
from models.looks import FOUR_LOOKS, look_around
from models.prompts import HONEST
from models.transformers_vlm import TransformersVLM

pytestmark = pytest.mark.usefixtures("one_thread")

RUN = PocketConfig(
    dense_steps=1, steps=1, pictures=2, questions=2, warmup_steps=1, shard_scenes=3,
    looks_px=FOUR_LOOKS,
)  # fmt: skip


@pytest.fixture(scope="module")
def looking_folder(random_pocket_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("looking") / "model"
    shutil.copytree(random_pocket_folder, folder)
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"looks_px": FOUR_LOOKS}))
    return folder


def pixels(seed: int, height: int = 120, width: int = 160) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(1, 3, height, width, generator=generator) * 2 - 1


def moved(picture: torch.Tensor, aside: int, down: int) -> torch.Tensor:
    """Moved by another way than the code's: over the edge, then cut out."""
    reach = 4
    wide = torch.nn.functional.pad(picture, (reach,) * 4, mode="replicate")
    height, width = picture.shape[-2:]
    return wide[..., reach - down :, reach - aside :][..., :height, :width]


def features_of(model: Any, picture: torch.Tensor) -> torch.Tensor:
    with torch.inference_mode():
        return model.model.get_image_features(*minicpm_patches(picture)).pooler_output[0]


def load_plainly(folder: Path) -> Any:
    return AutoModelForImageTextToText.from_pretrained(folder).eval().float()


def test_what_is_seen_is_the_mean_of_the_moved_pictures(looking_folder: Path) -> None:
    once, around = load_plainly(looking_folder), look_around(load_plainly(looking_folder))
    picture = pixels(1)
    views = [features_of(once, moved(picture, *look)) for look in FOUR_LOOKS]

    assert torch.allclose(features_of(around, picture), torch.stack(views).mean(0), atol=1e-4)
    assert not torch.allclose(views[0], views[1], atol=1e-2)


def test_pictures_of_two_shapes_are_each_seen_as_alone(looking_folder: Path) -> None:
    model = look_around(load_plainly(looking_folder))
    wide, high = pixels(2), pixels(3, height=160, width=100)
    packed = [minicpm_patches(picture) for picture in (wide, high)]
    values, sizes = torch.cat([one[0] for one in packed], -1), torch.cat([one[1] for one in packed])
    with torch.inference_mode():
        together = model.model.get_image_features(values, sizes).pooler_output

    assert len(together) == 2
    for seen, picture in zip(together, (wide, high), strict=True):
        assert torch.allclose(seen, features_of(model, picture), atol=1e-4)


def test_a_model_that_says_nothing_of_looks_sees_as_transformers_made_it(
    random_pocket_folder: Path,
) -> None:
    plain = load_plainly(random_pocket_folder)
    before = features_of(plain, pixels(4))

    assert torch.equal(features_of(look_around(plain), pixels(4)), before)


def test_a_served_checkpoint_looks_as_often_as_its_folder_says(
    random_pocket: TransformersVLM, looking_folder: Path
) -> None:
    served = TransformersVLM.load(looking_folder, name="random")
    picture = render_scene(sample_scene(1, things=2))
    ask = Ask(picture, "What?", HONEST, 6)

    assert not np.allclose(
        served.picture_features(picture), random_pocket.picture_features(picture), atol=1e-3
    )
    assert served.eye != random_pocket.eye
    assert served.answer([ask])[0].text == served.answer_by_generate(ask).text


def test_what_a_run_exports_looks_around_though_the_run_itself_did_not(
    random_pocket: TransformersVLM, tmp_path: Path
) -> None:
    trainer = PocketTrainer(RUN, folder=tmp_path / "run", tokenizer=random_pocket._tokenizer)
    trainer.run(on_step=lambda progress: None, is_stopped=lambda: False)
    trainer.export(tmp_path / "out")
    exported = look_around(load_plainly(tmp_path / "out"))
    trainer.model.eval()
    picture = pixels(5)
    views = [features_of(trainer.model, moved(picture, *look)) for look in FOUR_LOOKS]

    assert torch.allclose(features_of(exported, picture), torch.stack(views).mean(0), atol=0.02)
    write_config(RUN, tmp_path)
    assert read_config(tmp_path) == RUN


def test_looks_of_another_architecture_are_refused() -> None:
    with pytest.raises(GapError, match="Only a MiniCPM"):
        replace(RUN, architecture="qwen")
