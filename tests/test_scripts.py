# Every script of scripts/ tells its help, with a runnable example, without loading a model.
from __future__ import annotations

import importlib
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

SCRIPTS = sorted(file.stem for file in (Path(__file__).parents[1] / "scripts").glob("[a-z]*.py"))


def command_of(script: str) -> click.Command:
    """The one click command that the script defines; those of a group belong to it."""
    module = importlib.import_module(f"scripts.{script}")
    commands = [value for value in vars(module).values() if isinstance(value, click.Command)]
    groups = [command for command in commands if isinstance(command, click.Group)]
    outermost = [c for c in commands if not any(c in group.commands.values() for group in groups)]
    assert len(outermost) == 1
    return outermost[0]


@pytest.mark.parametrize("script", SCRIPTS)
def test_help_shows_a_runnable_example(script: str) -> None:
    result = CliRunner().invoke(command_of(script), ["--help"])

    assert result.exit_code == 0
    assert "Example" in result.output
    assert f"python -m scripts.{script}" in result.output


@pytest.mark.parametrize("script", SCRIPTS)
def test_every_option_says_what_it_does(script: str) -> None:
    command = command_of(script)
    steps = command.commands.values() if isinstance(command, click.Group) else ()
    params = [item for one in (command, *steps) for item in one.params]
    options = [item for item in params if isinstance(item, click.Option)]

    assert [option.name for option in options if not option.help] == []


@pytest.mark.parametrize("script", SCRIPTS)
def test_an_unknown_option_is_refused(script: str) -> None:
    assert CliRunner().invoke(command_of(script), ["--no-such-option"]).exit_code == 2
