"""Measures the whole application under many players at once, over real HTTP."""

from __future__ import annotations

import json
import multiprocessing
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from gap_core.simulation.load import LoadFigures

FAST = "fast"
SECRET = b"of the load test, for minutes...."
PICTURES = 60  # of each kind
OPEN_WITHIN_S = 120


@click.command()
@click.option("--model", default=FAST, show_default=True, help="fast answers at once; or a model.")
@click.option("--players", default=200, show_default=True, help="All at once.")
@click.option("--labelers", default=15, show_default=True, help="Beside them, on the same file.")
@click.option("--seconds", default=60.0, show_default=True, help="Of play.")
@click.option("--minutes", type=float, help="Of play, in place of --seconds; 60 is a soak.")
@click.option("--think-s", default=2.0, show_default=True, help="Mean pause of a player, s.")
@click.option("--label-s", default=10.0, show_default=True, help="Mean time for a label, s.")
@click.option("--seed", default=1, show_default=True, help="Seed of questions and pauses.")
def main(
    model: str,
    players: int,
    labelers: int,
    seconds: float,
    minutes: float | None,
    think_s: float,
    label_s: float,
    seed: int,
) -> None:
    """Let players play sessions over HTTP and print times, errors and memory.

    The game runs in a process of its own over a deck and a database made for it; its limits on
    joining are passed by, all others stand. The labelers go through the same functions as the
    studio's pages, in a process of their own. Ctrl-C ends the play; the report comes all the same.

    Example: python -m scripts.load_test --model pocket --players 32 --seconds 30
    """
    from gap_core.hardware import describe_hardware
    from gap_core.simulation.labelers import labelers_beside
    from gap_core.simulation.load import run_load
    from gap_core.simulation.load_report import lines_of, record_of

    play_s = seconds if minutes is None else 60 * minutes
    click.echo(describe_hardware())
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        cookies = fill(folder, players)
        with (
            running_game(folder, model) as (url, pid),
            labelers_beside(
                folder / "gap.db", data_dir=folder, labelers=labelers, pause_s=label_s, seed=seed
            ) as labeled,
            playing_bar(play_s) as on_second,
        ):
            figures = run_load(
                url, cookies, pid=pid, seconds=play_s, think_s=think_s, seed=seed,
                on_second=on_second,
            )  # fmt: skip
            labeling = labeled()
    cut = ", cut short" if figures.is_cut_short else ""
    click.echo(
        f"{players} players, {labelers} labelers, model {model}, {figures.seconds:.0f} s{cut}"
    )
    for line in lines_of(figures, labeling):
        click.echo(line)
    record = {"model": model, "players": players, "labelers": labelers}
    click.echo(json.dumps(record | record_of(figures, labeling)))


@contextmanager
def playing_bar(play_s: float) -> Iterator[Callable[[LoadFigures], None]]:
    """A bar on stderr with the memory of the game."""
    with click.progressbar(
        length=int(play_s), label="Playing", file=sys.stderr, item_show_func=str
    ) as bar:

        def tell(figures: LoadFigures) -> None:
            at_s, mib = figures.memory[-1]
            answers = len(figures.times_s["ask"])
            bar.update(int(at_s) - bar.pos, f"{answers:,} answers, {mib:.0f} MiB")

        yield tell


def fill(folder: Path, players: int) -> list[str]:
    """The pocket deck, and players with their cookies."""
    from apps.game.consent import consent_version
    from apps.game.identity import COOKIE, Identity
    from db import Store
    from db.records import PlayerRecord
    from gap_core.decks.deal import deal_pocket_deck
    from gap_core.play.game import utc_now

    identity = Identity(SECRET)
    with Store.open(folder / "gap.db") as store:
        deal_pocket_deck(store, data_dir=folder, tainted=PICTURES, untainted=PICTURES)
        for number in range(players):
            name = f"load {number}"
            player = PlayerRecord(name, name, name, team="", created_utc=utc_now())
            store.players.add(player, consent_version=consent_version("en"))
    return [f"{COOKIE}={identity.sign(f'load {number}')}" for number in range(players)]


@contextmanager
def running_game(folder: Path, model: str) -> Iterator[tuple[str, int]]:
    """The real application over that folder, in a process of its own; its address and process."""
    from apps.listening import bound_socket
    from gap_core.simulation.labelers import deaf_to_interrupts

    with bound_socket("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
    context = multiprocessing.get_context("spawn")
    is_open = context.Event()
    game = context.Process(target=serve, args=(folder, model, port, is_open), daemon=True)
    with deaf_to_interrupts():
        game.start()
    try:
        if not is_open.wait(OPEN_WITHIN_S) or game.pid is None:
            raise click.ClickException(f"The game did not open within {OPEN_WITHIN_S} s.")
        yield f"http://127.0.0.1:{port}", game.pid
    finally:
        game.kill()
        game.join()


def serve(folder: Path, model_name: str, port: int, is_open: Event) -> None:
    """Serve until killed; Ctrl-C is for who started this, and uvicorn would listen to it."""
    os.setpgrp()
    import uvicorn

    from apps.game.app import build_app
    from apps.game.handlers import GameHandlers
    from gap_core.memory_arenas import limit_arenas
    from gap_core.play import Game, ModelLabel
    from gap_core.simulation.fast_model import FastModel
    from models.base import VisionModel
    from models.batching import Batcher
    from models.registry import load_model

    limit_arenas()  # as scripts/serve_game.py does
    model: VisionModel = FastModel() if model_name == FAST else load_model(model_name)
    label = ModelLabel(model.name, model.quantization, model.adapter, "1", 0)
    game = Game(folder / "gap.db", data_dir=folder, secret=SECRET, model=label, deck="pocket")
    with closing(Batcher(model)) as batcher:
        app = build_app(GameHandlers(game, batcher), secret=SECRET, on_ready=is_open.set)
        uvicorn.run(
            app, host="127.0.0.1", port=port, log_level="error", access_log=False, lifespan="on"
        )


if __name__ == "__main__":
    main()
