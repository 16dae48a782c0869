"""Starts the studio; scripts/studio calls it once the environment is ready."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from apps.listening import (
    address_here,
    address_on_network,
    bound_socket,
    serve_until_stopped,
)
from db.errors import StoreError
from gap_core.errors import GapError
from gap_core.memory_arenas import limit_arenas
from gap_core.settings import Settings, load_secret, read_settings
from models.errors import ModelError
from models.registry import DEFAULT_MODEL
from models.server_address import is_loopback
from scripts.serve_game import goodbye, open_model

if TYPE_CHECKING:
    from apps.studio.studio import Studio

FIRST_NAME = "admin"
MAKE_ADMINISTRATOR = "python -m scripts.add_labeler NAME --role administrator"


@click.command()
@click.option("--host", help="Address to listen on. Default: 127.0.0.1, this machine only.")
@click.option(
    "--port", "studio_port", type=click.IntRange(0, 65535), help="Default: 7861. 0: a free one."
)
@click.option("--studio-key", help="Asked for beside the password. Default: none.")
@click.option("--refiner", help="Model that refines answers. Default: pocket-llama.")
@click.option("--model", help=f"Describes and is checked. Default: {DEFAULT_MODEL}.")
@click.option("--quantize", type=click.Choice(["nf4", "full"]), help="As for ./scripts/play.")
@click.option("--device", type=click.Choice(["auto", "cpu", "cuda"]), help="As for play.")
@click.option("--adapter", type=click.Path(path_type=Path), help="As for play.")
@click.option("--deck", help="The Deck page opens with it. Default: the model's own.")
@click.option(
    "--theta", type=click.FloatRange(0, 1), help="Questions above it are selected. Default: 0.8."
)
@click.option(
    "--select-by",
    type=click.Choice(["estimate", "lower_bound"]),
    help="What has to be above it: the posterior, or its interval's lower bound. "
    "Default: estimate.",
)
@click.option("--llama-cpp", type=click.Path(), help="Checkout of llama.cpp, for adapters as GGUF.")
@click.option("--db", type=click.Path(), help="SQLite file. Default: gap.db in the data folder.")
@click.option("--data-dir", type=click.Path(), help="Folder of database, pictures. Default: data.")
def serve_studio(**given: Any) -> None:
    """Start the studio over the game's database and say under which address to open it.

    Every option can stand in the environment too: GAP_HOST, GAP_STUDIO_PORT and so on.

    Example: python -m scripts.serve_studio --data-dir data
    """
    try:
        settings = read_settings(given)
        check_reach(settings)
        with (
            bound_socket(settings.host, settings.studio_port) as listener,
            goodbye(f"All is kept in '{settings.db}', drafts too."),
        ):
            start(settings, listener)
    except (GapError, StoreError, ModelError) as err:
        raise click.ClickException(str(err)) from err


def check_reach(settings: Settings) -> None:
    """A studio that others on the network can open asks for a key beside the password.

    Raises:
        GapError: it doesn't.
    """
    if not is_loopback(settings.host) and not settings.studio_key:
        raise GapError(
            f"Host '{settings.host}' lets the whole network in, and no studio key is set. "
            "Add --studio-key WORDS, or leave --host out to work on this machine only."
        )


def start(settings: Settings, listener: socket.socket) -> None:
    """Open everything, one line each, and serve until stopped."""
    limit_arenas()
    job_env = dict(os.environ)  # a script that a page starts may fetch what it was told to
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    click.echo("Opening the database ...")
    studio = open_studio(settings, job_env=job_env)
    greet(studio)
    click.echo("Opening the pages ...")
    serve(studio, listener)


def open_studio(settings: Settings, *, job_env: Mapping[str, str] | None = None) -> Studio:
    """The studio over the database, with no model loaded yet.

    Args:
        settings: of the installation.
        job_env: of processes that pages start; None for that of this one.
    """
    from apps.studio.model_shelf import ModelShelf
    from apps.studio.studio import Studio
    from gap_core.labeling import LabelRules, Workbench
    from gap_core.scoring.rates import ModelErrors
    from models.measured import read_measured
    from models.registry import usual_precision

    precision = usual_precision(settings.model, quantize=settings.quantize, device=settings.device)
    measured = read_measured(
        settings.model, quantization=precision or "", data_dir=settings.data_dir
    )
    errors = ModelErrors(measured.honest_wrong, measured.told_right, measured.measured_on or None)
    rules = LabelRules(theta=settings.theta, selected_by=settings.select_by, errors=errors)
    return Studio(
        workbench=Workbench(settings.db, data_dir=settings.data_dir, rules=rules),
        db_path=settings.db,
        data_dir=settings.data_dir,
        deck=settings.deck,
        secret=load_secret(settings.secret_file),
        key=settings.studio_key,
        shelf=ModelShelf(
            refiner=settings.refiner,
            answerer=settings.model,
            load_answerer=lambda _name: open_model(settings),
        ),
        llama_cpp=settings.llama_cpp,
        job_env=job_env,
    )


def greet(studio: Studio) -> None:
    """At the very first start, make the administrator and say how others get in."""
    accounts = studio.workbench.accounts()
    if accounts and not any(account.role == "administrator" for account in accounts):
        click.echo(f"Nobody is an administrator yet. Make one: {MAKE_ADMINISTRATOR}")
    if accounts:
        return
    password = secrets.token_urlsafe(12)
    studio.workbench.create_account(FIRST_NAME, password, "administrator")
    click.secho("\nThis is the first start. Sign in as the administrator:", bold=True)
    click.echo(f"  name      {FIRST_NAME}\n  password  {password}")
    click.echo("It is shown only this once; change it on the page My account.")
    click.echo("Add labelers on the page Accounts, or: python -m scripts.add_labeler NAME\n")


def serve(studio: Studio, listener: socket.socket) -> None:
    """Serve until Ctrl+C; prints the address when the first request would be answered."""
    from apps.studio.app import build_app

    host, port = listener.getsockname()[:2]
    app = build_app(studio, host=host, port=port, on_ready=lambda: tell_addresses(host, port))
    serve_until_stopped(app, listener)


def tell_addresses(host: str, port: int) -> None:
    """Print where this machine's browsers and those of others open the studio."""
    click.secho(f"The studio is open: {address_here(host, port)}", bold=True)
    if others := address_on_network(host, port):
        click.echo(f"Others on the network open {others}")
    click.echo("Stop it with Ctrl+C.")


if __name__ == "__main__":
    serve_studio()
