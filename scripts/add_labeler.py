"""Adds somebody to the studio, or gives them a new password."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Any

import click

from scripts._settings import settings_of


@click.command()
@click.argument("name")
@click.option(
    "--role",
    type=click.Choice(["labeler", "reviewer", "administrator"]),
    default="labeler",
    show_default=True,
    help="What they may do.",
)
@click.option("--new-password", is_flag=True, help="NAME has forgotten theirs: make another.")
@click.option("--data-dir", type=click.Path(path_type=Path), help="Data folder; default ./data.")
@click.option(
    "--db", type=click.Path(path_type=Path), help="Database; default gap.db in the data folder."
)
def main(name: str, role: str, new_password: bool, **places: Any) -> None:
    """Add NAME to the studio and print a password for them, shown only this once.

    The studio may be running. They change the password on the page My account.

    Example: python -m scripts.add_labeler "Ada" --role reviewer
    """
    from db import StoreError
    from gap_core.errors import GapError
    from gap_core.labeling import Workbench

    settings = settings_of(**places)
    password = secrets.token_urlsafe(12)
    try:
        workbench = Workbench(settings.db, data_dir=settings.data_dir)
        if new_password:
            known = {account.name: account.id for account in workbench.accounts()}
            if name not in known:
                raise GapError(f"Nobody is called '{name}'. Known are: {', '.join(known)}.")
            account = workbench.reset_password(known[name], password)
        else:
            account = workbench.create_account(name, password, role)  # type: ignore[arg-type]
    except (GapError, StoreError) as err:
        raise click.ClickException(str(err)) from err
    click.echo(f"'{account.name}' has the role {account.role} and signs in with: {password}")
    click.echo(json.dumps({"name": account.name, "role": account.role}))


if __name__ == "__main__":
    main()
