"""A demonstration on this machine: game and studio over one folder; scripts/demo calls it."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import click


@click.command()
@click.option("--afresh", is_flag=True, help="Begin anew; the folder as it was is kept beside.")
@click.option("--kiosk", is_flag=True, help="Open the game in a full-screen browser here.")
@click.option(
    "--players", default=100, show_default=True, help="Simulated, before the first start."
)
@click.option("--left", default=15, show_default=True, help="Their questions left to be labeled.")
@click.option("--port", default=7860, show_default=True, help="Of the game.")
@click.option("--studio-port", default=7861, show_default=True, help="Of the studio.")
@click.option(
    "--data-dir",
    type=click.Path(path_type=Path),
    default=Path("data/demo"),
    show_default=True,
    help="Folder of the demonstration.",
)
def main(
    afresh: bool,
    kiosk: bool,
    players: int,
    left: int,
    port: int,
    studio_port: int,
    data_dir: Path,
) -> None:
    """Open game and studio on this machine alone, over simulated players and their labels.

    Example: python -m scripts.serve_demo --afresh

    The first start has simulated players play, and a simulated expert label most of what they
    found: some minutes, no network. Later starts take seconds and find all as it was left.
    """
    from db import StoreError
    from gap_core.errors import GapError
    from gap_core.experiments.demo import SERVED_FROM
    from models.errors import ModelError

    if afresh and data_dir.exists():
        kept = data_dir.with_name(f"{data_dir.name}-{datetime.now(UTC):%Y%m%d-%H%M%S}")
        data_dir.rename(kept)
        click.echo(f"What was there is kept in '{kept}'.")
    try:
        if not data_dir.exists():
            fill(data_dir, players=players, left=left)
    except (GapError, ModelError, StoreError) as err:
        raise click.ClickException(str(err)) from err
    studio = [*script("serve_studio"), "--data-dir", str(data_dir), "--port", str(studio_port)]
    studio += ["--theta", str(SERVED_FROM)]
    game = [*script("serve_game"), "--data-dir", str(data_dir), "--port", str(port)]
    code = run_together(studio, [*game, "--kiosk"] if kiosk else game)
    if code == 0:
        click.echo(f"\nStopped. All is kept in '{data_dir}'; start again and it goes on.")
    raise SystemExit(code)


def fill(data_dir: Path, *, players: int, left: int) -> None:
    """Make the folder, and tell who signs in to the studio."""
    from gap_core.experiments.demo import PRESENTER, fill_demo
    from scripts.simulate_playtest import play

    click.echo(f"{players} simulated players play first; this is done once.")
    now = datetime.now(UTC)
    password = fill_demo(play, data_dir, players=players, left=left, seed=1, now=now)
    click.secho("\nIn the studio sign in as:", bold=True)
    click.echo(f"  name      {PRESENTER}\n  password  {password}")
    click.echo("It is shown only this once: write it down.\n")


def script(name: str) -> list[str]:
    """The command that runs another script in this environment."""
    return [sys.executable, "-m", f"scripts.{name}"]


def run_together(*commands: list[str]) -> int:
    """Run them until Ctrl+C or until one of them ends; 0 unless that one failed."""
    stops: list[int] = []  # raised at once, it could lose a process that has only just begun
    signal.signal(signal.SIGTERM, lambda number, _frame: stops.append(number))
    running: list[subprocess.Popen[bytes]] = []
    ended = None
    try:
        for command in commands:
            running.append(subprocess.Popen(command))  # each is ended, should the next not begin
        while ended is None and not stops:
            ended = next((one for one in running if _has_ended(one)), None)
    except KeyboardInterrupt:
        pass
    finally:
        for one in running:
            if one.poll() is None:  # at Ctrl+C they were told already; twice does no harm
                one.terminate()
        for one in running:
            one.wait()
    return 0 if ended is None else ended.returncode


def _has_ended(process: subprocess.Popen[bytes]) -> bool:
    try:
        process.wait(timeout=0.2)
    except subprocess.TimeoutExpired:
        return False
    return True


if __name__ == "__main__":
    main()
