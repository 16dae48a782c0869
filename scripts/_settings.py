"""The settings of a command: its options, the environment, else the defaults."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from gap_core.settings import Settings


def settings_of(**given: Any) -> Settings:
    """What the options say; None stands for one that was left out."""
    from gap_core.errors import GapError
    from gap_core.settings import read_settings

    try:
        return read_settings(given)
    except GapError as err:
        raise click.ClickException(str(err)) from err
