# The page Covers: items with their reasoning and votes, errors, submissions side by side.
from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from apps.studio.accounts import AccountReader
from apps.studio.pages.covers import NONE, of_kind, option_rows, submission_rows
from apps.studio.studio import Studio, hold
from gap_core.covers.answer_config import AnswerConfig
from gap_core.covers.looking import (
    answered_items,
    answered_runs,
    compare_submissions,
    submissions_beside,
)
from gap_core.covers.pipeline import CoversConfig, Pipeline
from gap_core.covers.pocket_task import TaskSize, make_pocket_task
from gap_core.covers.reading import files_of
from gap_core.errors import GapError
from models import registry
from models.base import Ask
from tests.fixtures_covers import HalfKnowing
from tests.fixtures_labeling import PASSWORD
from tests.fixtures_play import SECRET, fill_deck
from tests.fixtures_studio import workbench_of

THOUGHT = "A <b>sky</b> and ![x](http://example.org/y.png).\nAnswer: B"


@dataclass
class Opinionated(HalfKnowing):
    """Likes one letter wherever it stands, and reasons for B."""

    likes: int = 0

    def word_scores(self, asks: Sequence[Ask], words: Sequence[str]) -> np.ndarray:
        return np.array([[2.0 * (place == self.likes) for place in range(len(words))]] * len(asks))


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs over one task, each with a submission."""
    folder = tmp_path_factory.mktemp("answered")
    make_pocket_task(folder / "covers", size=TaskSize(train=6, dev=1, test=3), seed=5)
    with pytest.MonkeyPatch.context() as patch:
        for likes, name in enumerate(("first", "second")):
            model = Opinionated(likes=likes, speak=lambda ask: THOUGHT)
            patch.setattr(registry, "load_model", lambda name, adapter, model=model: model)
            answer_all(folder, name)
    return folder


def answer_all(folder: Path, name: str) -> None:
    config = CoversConfig(
        folder=folder / "covers", out=folder / f"run_{name}", exact_leaks=True,
        validation_share=0.3, submission=name,
        answering=AnswerConfig(rotations=1, paths=1, describe=True),
    )  # fmt: skip
    pipeline = Pipeline(config)
    pipeline.split()
    pipeline.answer()
    pipeline.submit()


@pytest.fixture
def data_dir(answered: Path, tmp_path: Path) -> Path:
    """A copy that a test may change; pictures stay where they are."""
    for made in (*answered.glob("run_*"), answered / "submissions"):
        shutil.copytree(made, tmp_path / made.name)
    return tmp_path


def test_an_item_comes_with_all_that_led_to_its_answer(data_dir: Path) -> None:
    assert [run.name for run in answered_runs(data_dir)] == ["run_first", "run_second"]
    items = answered_items(data_dir / "run_first", "text2image")
    one = items[0]

    assert len(items) == 3 and all(file.is_file() for file in one.images)
    assert one.right in "ABCD" and one.first_letter == "A"
    assert [thought.letter for thought in one.thoughts] == ["B"]
    assert one.thoughts[0].text == THOUGHT and one.votes == {"A": 0, "B": 1, "C": 0, "D": 0}
    assert one.seen == (THOUGHT,) * 4
    assert [row.cells[2] for row in option_rows(one)] == ["0", "1", "0", "0"]
    assert of_kind(items, "wrong") == [item for item in items if item.letter != item.right]


def test_runs_of_a_table_are_found_in_its_folder(data_dir: Path) -> None:
    (data_dir / "table").mkdir()
    (data_dir / "run_second").rename(data_dir / "table" / "base_1")

    found = [str(run.relative_to(data_dir)) for run in answered_runs(data_dir)]
    assert found == ["run_first", "table/base_1"]


def test_submissions_differ_where_their_letters_do(data_dir: Path) -> None:
    kept = submissions_beside(data_dir / "run_second")
    assert [one.name for one in kept] == ["first", "second"]
    files = files_of(data_dir / "run_first" / "split", None)
    tests = {"image2text": files["image2text_test"].items}
    letters = [
        [item.letter for item in answered_items(data_dir / run, "image2text")]
        for run in ("run_first", "run_second")
    ]
    (two,) = compare_submissions(kept, tests)

    assert (two.first, two.second, two.items) == ("first", "second", 3)
    assert two.other == sum(one != other for one, other in zip(*letters, strict=True)) > 0
    assert [row.cells[1] for row in submission_rows(kept[0])] == [
        "image2text", "text2image", "overall",
    ]  # fmt: skip


def test_a_run_whose_files_are_gone_is_told(data_dir: Path) -> None:
    (data_dir / "run_first" / "config.json").unlink()
    with pytest.raises(GapError, match="Take the answer step again"):
        answered_items(data_dir / "run_first", "image2text")


@pytest.fixture
def visit(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], AppTest]:
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])

    def open_page(folder: Path) -> AppTest:
        fill_deck(folder / "gap.db", folder, tainted=1, untainted=1)
        bench = workbench_of(folder)
        hold(Studio(bench, folder / "gap.db", folder, "test", SECRET))
        account = bench.create_account("Rosa", PASSWORD, "reviewer")
        monkeypatch.setattr(AccountReader, "behind", lambda _self, _cookie: account)
        page = AppTest.from_string("from apps.studio.pages import covers\ncovers.show()")
        return page.run(timeout=60)

    return open_page


def said(page: AppTest) -> str:
    return " ".join(str(one.proto.body) for one in page.get("html"))


def test_the_page_shows_words_of_models_as_words(
    visit: Callable[[Path], AppTest], data_dir: Path
) -> None:
    page = visit(data_dir)

    assert not page.exception
    assert "A &lt;b&gt;sky&lt;/b&gt; and ![x](http" in said(page)
    assert "Right: " in said(page)


def test_a_missing_picture_is_told(visit: Callable[[Path], AppTest], data_dir: Path) -> None:
    kept = data_dir / "run_first" / "config.json"
    kept.write_text(json.dumps(json.loads(kept.read_text()) | {"folder": str(data_dir)}))
    page = visit(data_dir)

    assert not page.exception
    assert "The picture is missing" in said(page)


def test_without_a_run_the_page_says_how_to_start_one(
    visit: Callable[[Path], AppTest], tmp_path_factory: pytest.TempPathFactory
) -> None:
    page = visit(tmp_path_factory.mktemp("empty"))

    assert [one.value for one in page.caption] == [NONE]
