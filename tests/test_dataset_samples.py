# Samples as values, as lines, and sorted by picture.
from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from gap_core.dataset import sample_files
from gap_core.dataset.sample import Provenance, SampleError, record_of, sample_of
from gap_core.dataset.sample_files import by_picture, read_samples, sort_samples, write_samples
from gap_core.errors import GapError
from tests.fixtures_dataset import made_sample


def test_record_of_a_sample_gives_it_back() -> None:
    sample = made_sample(
        place=2, model_answer="Two.", provenance=Provenance("game", posterior=0.9, seed=3)
    )
    assert sample_of(json.loads(json.dumps(record_of(sample)))) == sample
    assert sample.id == "s1#2"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"question": None}, "'question' is of the wrong type"),
        ({"place": True}, "'place' is of the wrong type"),
        ({"place": 0}, "'place' is '0'"),
        ({"colour": "red"}, "'colour' is not known"),
        ({"category": "Cats"}, "Category 'Cats'"),
        ({"conversation": ""}, "'conversation' is empty"),
        ({"answer": "x" * 8_001}, "'answer' is 8,001 characters"),
        ({"provenance": {"source": "elsewhere"}}, "'source' is of the wrong type"),
        ({"provenance": {"posterior": "0.9"}}, "'posterior' is of the wrong type"),
        ({"provenance": None}, "'provenance' is of the wrong type"),
        ({"image_path": "../secret.png"}, "leads out"),
        ({"image_path": "/etc/passwd"}, "leads out"),
        ({"image_path": "images\\..\\..\\x"}, "leads out"),
        ({"image_path": "C:/x.png"}, "leads out"),
        ({"image_path": "images//x.png"}, "leads out"),
    ],
)
def test_record_that_is_no_sample_is_refused(changed: dict[str, Any], words: str) -> None:
    with pytest.raises(SampleError, match=words):
        sample_of(record_of(made_sample()) | changed)


@pytest.mark.parametrize("record", [None, [], "x", {}, {"conversation": "a"}])
def test_record_that_lacks_fields_is_refused(record: object) -> None:
    with pytest.raises(SampleError):
        sample_of(record)


def test_sorting_brings_pictures_together_whatever_the_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Runs of three and merges of two: the paths that large files take.
    monkeypatch.setattr(sample_files, "_CHUNK", 3)
    monkeypatch.setattr(sample_files, "_MOST_OPEN", 2)
    samples = [made_sample(f"s{n}", image_id=f"p{n % 4}") for n in range(23)]
    random.Random(1).shuffle(samples)
    assert sort_samples(samples, tmp_path / "sorted") == 23
    pictures = list(by_picture(read_samples(tmp_path / "sorted")))
    assert [part[0].image_id for part in pictures] == ["p0", "p1", "p2", "p3"]
    assert sorted(one.id for part in pictures for one in part) == sorted(s.id for s in samples)
    assert [file.name for file in tmp_path.iterdir()] == ["sorted"]


def test_line_that_is_no_sample_is_named(tmp_path: Path) -> None:
    write_samples([made_sample()], tmp_path / "samples")
    with (tmp_path / "samples").open("a") as lines:
        lines.write('{"conversation": \n')
    with pytest.raises(GapError, match="Line 2 of"):
        list(read_samples(tmp_path / "samples"))


def test_lone_surrogate_does_not_break_a_file(tmp_path: Path) -> None:
    write_samples([made_sample(answer="Two\ud800.")], tmp_path / "samples")
    assert [one.answer for one in read_samples(tmp_path / "samples")] == ["Two?."]
