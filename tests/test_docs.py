# The README names every script and every setting, and what it links to is there.
from __future__ import annotations

import re
from pathlib import Path

import pytest

from gap_core.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SCRIPTS = sorted(file.stem for file in (ROOT / "scripts").glob("[a-z]*.py"))


@pytest.mark.parametrize("script", SCRIPTS)
def test_every_script_has_its_help_in_the_readme(script: str) -> None:
    assert f"Usage: python -m scripts.{script} " in README


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_is_in_the_readme(name: str) -> None:
    assert f"`GAP_{name.upper()}`" in README


def test_every_file_that_the_readme_shows_is_there() -> None:
    targets = re.findall(r"\]\((?!http|#)([^)]+)\)|src=\"([^\"]+)\"", README)
    named = [first or second for first, second in targets]
    assert len(named) >= 8
    assert [name for name in named if not (ROOT / name.partition("#")[0]).is_file()] == []


def test_every_heading_that_the_readme_leads_to_is_there() -> None:
    headings = {
        re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.+)$", README, re.MULTILINE)
    }
    named = set(re.findall(r"\]\(#([^)]+)\)", README))
    assert len(named) >= 8
    assert named - headings == set()
