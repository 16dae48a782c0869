# Made-up samples and small pictures that look nothing like each other.
from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from gap_core.dataset.sample import Provenance, Sample
from gap_core.decks.pictures import picture_id, save_picture


def noise_picture(seed: int, side_px: int = 96) -> Image.Image:
    """Coarse noise: far from every other seed's, and stable under re-encoding."""
    coarse = np.random.default_rng(seed).integers(0, 256, size=(12, 12, 3), dtype=np.uint8)
    return Image.fromarray(coarse).resize((side_px, side_px), Image.Resampling.BICUBIC)


def made_sample(name: str = "s1", **given: Any) -> Sample:
    """A sample that lint finds nothing wrong with, unless told otherwise."""
    plain = {
        "conversation": name,
        "image_id": "p1",
        "question": "How many dogs are there?",
        "answer": "There are three dogs.",
        "category": "Counting",
    }
    return Sample(**plain | given)


@pytest.fixture
def pictured(tmp_path: Path) -> Callable[..., Sample]:
    """Makes samples whose picture lies in `tmp_path / "data"`, by the seed of the picture."""

    def make(name: str, seed: int, **given: Any) -> Sample:
        picture = noise_picture(seed)
        path = save_picture(picture, data_dir=tmp_path / "data")
        known = Provenance("game", turn_id=f"t-{name}", item_id=7, player="a1", posterior=0.9)
        return made_sample(
            name,
            image_id=picture_id(picture),
            image_path=path,
            image_name=f"{seed}.png",
            **{"provenance": known} | given,
        )

    return make
