# The studio's pages under Streamlit's AppTest, opened as somebody with a role.
from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from apps.studio.accounts import AccountReader
from apps.studio.model_shelf import ModelShelf
from apps.studio.studio import Studio, hold
from gap_core.labeling import Account, Workbench
from models.base import LanguageModel
from models.errors import ModelError
from tests.fixtures_labeling import PASSWORD
from tests.fixtures_models import ScriptedModel
from tests.fixtures_play import SECRET, fill_deck
from tests.fixtures_studio import workbench_of

SHELL = Path(__file__).parents[1] / "apps" / "studio" / "pages" / "shell.py"
Open = Callable[..., AppTest]


def no_model(_name: str) -> LanguageModel:
    raise ModelError("none")


@pytest.fixture
def own_main(monkeypatch: pytest.MonkeyPatch) -> None:
    """AppTest makes the page the main module, which spawned processes of later tests would run."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    fill_deck(tmp_path / "gap.db", tmp_path, tainted=1, untainted=12)
    return tmp_path


@pytest.fixture
def bench(folder: Path) -> Iterator[Workbench]:
    bench = workbench_of(folder)
    shelf = ModelShelf(load_refiner=no_model, load_answerer=lambda _name: ScriptedModel())
    hold(Studio(bench, folder / "gap.db", folder, "test", SECRET, "", shelf))
    yield bench


@pytest.fixture
def visit(bench: Workbench, own_main: None, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Opens a page as somebody with this role, or with no account."""

    def open_page(role: str | None, path: str = "") -> AppTest:
        account: Account | None = None
        if role is not None:
            account = bench.create_account(f"Somebody, {role}", PASSWORD, role)  # type: ignore[arg-type]
        monkeypatch.setattr(AccountReader, "behind", lambda _self, _cookie: account)
        test = AppTest.from_file(str(SHELL), default_timeout=60)
        test.run()
        if path:
            test.switch_page(path)
            test.run()
        return test

    return open_page


def titles(test: AppTest) -> list[str]:
    return [title.value for title in test.title]


def html(test: AppTest) -> str:
    return " ".join(element.proto.body for element in test.get("html"))


def page_past_the_navigation(show: str) -> AppTest:
    page = AppTest.from_string(f"from apps.studio.pages import {show}\n{show}.show()")
    return page.run(timeout=60)
