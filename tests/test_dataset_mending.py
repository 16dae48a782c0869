# Imported samples that somebody mended: read so from then on, the import itself untouched.
from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from gap_core.dataset.folders import changed_files
from gap_core.dataset.mending import is_mended, mend_sample
from gap_core.dataset.places import import_names, import_place
from gap_core.dataset.sample import Sample, SampleError
from gap_core.errors import GapError
from tests.fixtures_dataset import made_sample
from tests.test_dataset_hostile import (
    brought_in,
    came_in,
    lines_file,
    record,
    source,  # noqa: F401 (a fixture)
)


@pytest.fixture
def file(source: Path) -> Path:  # noqa: F811
    """Two imported samples."""
    other = record(
        messages=[{"role": "user", "content": "Any?"}, {"role": "assistant", "content": "x"}]
    )
    rows = lines_file(source, record(), other)
    brought_in(rows)
    return rows


def mend(
    tmp_path: Path,
    sample: Sample,
    answer: str,
    category: str = "Counting",
    question: str | None = None,
) -> Sample:
    return mend_sample(
        sample,
        answer=answer,
        category=category,
        imports=tmp_path / "data" / "imports",
        mended_by="Ada",
        question=question,
    )


def test_a_mended_sample_is_read_so_and_may_be_mended_again(tmp_path: Path, file: Path) -> None:
    first, second = came_in(file)
    mend(tmp_path, first, " Four. ", "Object Recognition")
    again, untouched = came_in(file)
    assert (again.answer, again.category) == ("Four.", "Object Recognition")
    assert str(again.provenance.origin).endswith(", mended here") and untouched == second
    mend(tmp_path, again, "Five.")
    assert came_in(file)[0].answer == "Five."
    assert str(came_in(file)[0].provenance.origin).count("mended") == 1
    mend(tmp_path, came_in(file)[0], first.answer)  # back to what it was: no endless way round
    assert came_in(file)[0].answer == first.answer
    assert import_names(tmp_path / "data") == ["in"]
    assert changed_files(import_place(tmp_path / "data", "in")) == []


def test_a_sample_can_be_taken_out(tmp_path: Path, file: Path) -> None:
    first, second = came_in(file)
    assert not is_mended(first, imports=tmp_path / "data" / "imports")
    mend(tmp_path, first, "")
    assert came_in(file) == [second]
    assert is_mended(first, imports=tmp_path / "data" / "imports")


def test_a_mended_question_is_read_so_and_the_one_that_was_asked_is_kept(
    tmp_path: Path, file: Path
) -> None:
    first, second = came_in(file)
    first = replace(first, model_answer="Two.")
    mended = mend(tmp_path, first, "Four.", question=" How many dogs sit? ")
    again, untouched = came_in(file)
    assert (again.question, again.answer) == ("How many dogs sit?", "Four.")
    # The model was never asked this question: what it said answers another one.
    assert mended.model_answer is None and untouched == second
    lines = (tmp_path / "data" / "imports" / "mended.jsonl").read_text(encoding="utf-8")
    kept = json.loads(lines)
    assert (kept["question_before"], kept["mended_by"]) == (first.question, "Ada")
    mend(tmp_path, again, "Five.", question="How many dogs lie?")
    assert (came_in(file)[0].question, came_in(file)[0].answer) == ("How many dogs lie?", "Five.")
    with pytest.raises(GapError, match="The question is empty"):
        mend(tmp_path, second, "Five.", question="  ")


def test_what_can_not_be_mended_is_refused(tmp_path: Path, file: Path) -> None:
    sample, _ = before = came_in(file)
    with pytest.raises(SampleError, match="Category 'Cats'"):
        mend(tmp_path, sample, "Four.", "Cats")
    with pytest.raises(SampleError, match="the limit is"):
        mend(tmp_path, sample, "long " * 9_000)
    with pytest.raises(GapError, match="comes from no file"):
        mend(tmp_path, made_sample("drawn-1"), "Four.")
    assert came_in(file) == before
