# What the guides tell people to type exists with these options, and what they show is there.
from __future__ import annotations

import importlib
import re
import shlex
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

ROOT = Path(__file__).resolve().parents[1]
GUIDES = sorted((ROOT / "docs").glob("guide_*.md"))
PICTURE_BYTES = 200 * 1024
STARTS = {"play": "serve_game", "studio": "serve_studio", "demo": "serve_demo"}
TYPED = re.compile(r"(?:python -m scripts\.|\./scripts/)[a-z_]+[^`\n#]*")


def commands_of(text: str) -> list[str]:
    """Commands in blocks and between backticks, without comments."""
    blocks = re.findall(r"```(?:bash)?\n(.*?)```", text, flags=re.DOTALL)
    inline = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    return [found.strip() for part in (*blocks, *inline) for found in TYPED.findall(part)]


def command_named(typed: str) -> tuple[click.Command, list[str]]:
    """The command behind what is typed, the subcommand of a group, and the words after it."""
    first, *words = shlex.split(typed)
    if first == "python":
        name, words = words[1].removeprefix("scripts."), words[2:]
    else:
        name = STARTS[first.removeprefix("./scripts/")]
    module = importlib.import_module(f"scripts.{name}")
    command = next(
        one
        for one in vars(module).values()
        if isinstance(one, click.Command) and one.name in ("main", name.replace("_", "-"), name)
    )
    if isinstance(command, click.Group) and words:
        return command.commands[words[0]], words[1:]
    return command, words


TOLD = sorted({(guide.name, typed) for guide in GUIDES for typed in commands_of(guide.read_text())})


@pytest.mark.parametrize(("guide", "typed"), TOLD)
def test_command_of_a_guide_is_understood_as_it_is_typed(
    guide: str, typed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command, words = command_named(typed)
    monkeypatch.chdir(tmp_path)
    for file in (word for word in words if word.endswith((".txt", ".json"))):
        Path(file).touch()  # which the guide has people write first
    help_text = CliRunner().invoke(command, ["--help"]).output

    for option in (word.split("=")[0] for word in words if word.startswith("--")):
        assert re.search(rf"{option}\b", help_text), f"{guide}: {typed}"
    command.make_context(typed, list(words))  # parsed as it would be, not run


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ("./scripts/play --evnt x", click.NoSuchOption),
        ("python -m scripts.events add Title", click.MissingParameter),
        ("python -m scripts.withdraw", click.MissingParameter),
    ],
)
def test_slip_in_a_guide_would_be_found(typed: str, wrong: type[Exception]) -> None:
    command, words = command_named(typed)

    with pytest.raises(wrong):
        command.make_context(typed, words)


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.name)
def test_what_a_guide_shows_and_links_to_is_there(guide: Path) -> None:
    text = guide.read_text(encoding="utf-8")
    targets = re.findall(r"\]\((?!http|#)([^)#]+)|src=\"([^\"]+)\"", text)
    named = [guide.parent / (first or second) for first, second in targets]

    assert [file for file in named if not file.is_file()] == []
    pictures = [file for file in named if file.suffix == ".png"]
    assert len(pictures) >= 3
    assert [file.name for file in pictures if file.stat().st_size > PICTURE_BYTES] == []


def test_readme_leads_to_every_guide() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert len(GUIDES) == 3
    assert [guide.name for guide in GUIDES if f"(docs/{guide.name})" not in readme] == []
