# Pictures of an imported deck become traps by a person's decision only.
from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from PIL import Image

from db import Store
from gap_core.decks.curation import decide_images
from gap_core.decks.import_images import import_images
from gap_core.errors import GapError
from scripts.approve_images import main


@pytest.fixture
def city(tmp_path: Path) -> Path:
    """A data folder whose deck "city" holds three ordinary pictures."""
    photos, data_dir = tmp_path / "photos", tmp_path / "data"
    photos.mkdir()
    for colour in ("red", "green", "blue"):
        Image.new("RGB", (120, 90), colour).save(photos / f"{colour}.png")
    with Store.open(data_dir / "gap.db") as store:
        import_images(store, photos, data_dir=data_dir, deck="city")
    return data_dir


def run(data_dir: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--deck", "city", "--data-dir", str(data_dir), *arguments])


def ids(data_dir: Path) -> list[str]:
    listed = run(data_dir, "--list-all").stdout.splitlines()[:-1]
    return [line.split()[0] for line in listed]


def test_a_shortened_id_makes_one_picture_a_trap(city: Path) -> None:
    result = run(city, "--image", ids(city)[0])
    assert result.exit_code == 0
    counts = json.loads(result.stdout.splitlines()[-1])
    assert (counts["decided"], counts["tainted"], counts["untainted"]) == (1, 1, 2)


def test_a_decision_can_be_taken_back(city: Path) -> None:
    image = ids(city)[0]
    run(city, "--image", image)
    counts = json.loads(run(city, "--image", image, "--reject").stdout.splitlines()[-1])
    assert (counts["tainted"], counts["untainted"]) == (0, 3)


def test_one_unknown_id_leaves_all_as_they_were(city: Path) -> None:
    result = run(city, "--image", ids(city)[0], "--image", "nothing")
    assert result.exit_code == 1
    assert "stands for 0 pictures of deck 'city'" in result.output
    with Store.open(city / "gap.db") as store:
        assert store.images.count("city", taint="tainted") == 0


def test_an_empty_id_does_not_stand_for_a_picture(city: Path) -> None:
    with Store.open(city / "gap.db") as store, pytest.raises(GapError, match="for 0 pictures"):
        decide_images(store, [""], deck="city", taint="tainted", decided_by="test")


def test_all_means_the_proposed_ones_only(city: Path) -> None:
    counts = json.loads(run(city, "--all").stdout.splitlines()[-1])
    assert (counts["decided"], counts["tainted"]) == (0, 0)
