# Parses every file and fails on an import that the design does not draw.
from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ARROWS = {
    "db": set(),
    "models": set(),
    "gap_core": {"db", "models"},
    "apps": {"gap_core", "models", "db"},
    "scripts": {"apps", "gap_core", "models", "db"},
    "tests": {"scripts", "apps", "gap_core", "models", "db"},
}
FORBIDDEN_OUTSIDERS = {
    "db": {"gradio", "streamlit", "click", "torch", "transformers"},
    "models": {"gradio", "streamlit", "click", "sqlite3", "sqlite_utils"},
    "gap_core": {"gradio", "streamlit", "click", "sqlite3", "sqlite_utils"},
    "apps": {"sqlite3", "sqlite_utils"},
    "scripts": {"sqlite3", "sqlite_utils"},
    "tests": set(),
}
HEAVY_AT_IMPORT = {"torch", "transformers", "peft", "gradio", "streamlit"}
FILES = sorted(file for room in ARROWS for file in (ROOT / room).rglob("*.py"))


def imported_names(tree: ast.AST) -> set[str]:
    """First part of every absolute import, wherever in the file it stands."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names.add(node.module.split(".")[0])
    return names


def wrong_imports(room: str, tree: ast.AST) -> set[str]:
    names = imported_names(tree)
    ours_not_drawn = (names & set(ARROWS)) - ARROWS[room] - {room}
    return ours_not_drawn | (names & FORBIDDEN_OUTSIDERS[room])


def relative_name(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("file", FILES, ids=relative_name)
def test_imports_follow_the_arrows(file: Path) -> None:
    room = file.relative_to(ROOT).parts[0]

    assert wrong_imports(room, ast.parse(file.read_text(encoding="utf-8"))) == set()


@pytest.mark.parametrize(
    ("room", "source", "wrong"),
    [
        ("db", "import gap_core.play", {"gap_core"}),
        ("models", "from db.store import Store", {"db"}),
        ("gap_core", "def f():\n    import gradio as gr", {"gradio"}),
        ("gap_core", "from apps.game import handlers", {"apps"}),
        ("apps", "import sqlite3", {"sqlite3"}),
        ("apps", "from gap_core.play.game import Game", set()),
    ],
)
def test_an_undrawn_arrow_is_found(room: str, source: str, wrong: set[str]) -> None:
    assert wrong_imports(room, ast.parse(source)) == wrong


@pytest.mark.parametrize("file", FILES, ids=relative_name)
def test_no_assert_outside_tests(file: Path) -> None:
    if file.relative_to(ROOT).parts[0] == "tests":
        return
    tree = ast.parse(file.read_text(encoding="utf-8"))

    assert [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Assert)] == []


@pytest.mark.parametrize("file", sorted((ROOT / "scripts").glob("*.py")), ids=relative_name)
def test_scripts_import_nothing_heavy_at_the_top(file: Path) -> None:
    # A slow --help is a script nobody reads the help of.
    tree = ast.parse(file.read_text(encoding="utf-8"))
    top = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]

    assert imported_names(ast.Module(body=top, type_ignores=[])) & HEAVY_AT_IMPORT == set()


def test_no_file_is_called_utils() -> None:
    assert [relative_name(file) for file in FILES if file.stem in ("utils", "helpers")] == []
