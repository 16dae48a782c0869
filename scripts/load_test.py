"""Measures the whole application under many players at once, over real HTTP."""

from __future__ import annotations

import json
import multiprocessing
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from multiprocessing.synchronize import Event
from pathlib import Path

import click

FAST = "fast"
SECRET = b"of the load test, for minutes...."
PICTURES = 60  # of each kind
OPEN_WITHIN_S = 120
STEPS = ("page", "load", "begin", "picture", "first words", "ask", "judge")


@click.command()
@click.option("--model", default=FAST, show_default=True, help="fast answers at once; or pocket.")
@click.option("--players", default=200, show_default=True, help="All at once.")
@click.option("--seconds", default=60.0, show_default=True, help="Of play.")
@click.option("--think-s", default=2.0, show_default=True, help="Mean pause of a player, s.")
@click.option("--seed", default=1, show_default=True, help="Seed of questions and pauses.")
def main(model: str, players: int, seconds: float, think_s: float, seed: int) -> None:
    """Let players play sessions over HTTP and print times, errors and memory.

    The game runs in a process of its own over a deck and a database made for it; its limits on
    joining are passed by, all others stand.

    Example: python -m scripts.load_test --model pocket --players 32 --seconds 30
    """
    from gap_core.hardware import describe_hardware
    from gap_core.simulation.load import run_load

    click.echo(describe_hardware())
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        cookies = fill(folder, players)
        with (
            running_game(folder, model) as (url, pid),
            click.progressbar(length=int(seconds), label="Playing", file=sys.stderr) as bar,
        ):
            figures = run_load(
                url, cookies, pid=pid, seconds=seconds, think_s=think_s, seed=seed,
                on_second=lambda: bar.update(1),
            )  # fmt: skip
    record: dict[str, object] = {"model": model, "players": players, "seconds": figures.seconds}
    click.echo(f"{players} players, model {model}, {figures.seconds:.0f} s")
    click.echo(f"{'step':<12}{'p50':>9}{'p95':>9}{'p99':>9}{'n':>9}")
    for step in STEPS:
        times = sorted(figures.times_s[step])
        if not times:
            continue
        marks = [times[int(share * (len(times) - 1))] for share in (0.5, 0.95, 0.99)]
        told = "".join(f"{1000 * mark:>6.0f} ms" for mark in marks)
        click.echo(f"{step:<12}{told}{len(times):>9,}")
        record[step] = [round(mark, 4) for mark in marks] + [len(times)]
    click.echo(f"{figures.answers_per_s:.1f} answers/s, {figures.sessions:,} sessions begun")
    cores = [cpu_s / figures.seconds for cpu_s in (figures.server_cpu_s, figures.client_cpu_s)]
    server_ms, client_ms = map(figures.cpu_ms, (figures.server_cpu_s, figures.client_cpu_s))
    click.echo(
        f"processor time an answer: game {server_ms:.1f} ms ({cores[0]:.2f} cores), "
        f"players {client_ms:.1f} ms ({cores[1]:.2f} cores)"
    )
    memory = figures.memory_mib
    click.echo(
        f"memory {memory[0]:.0f} MiB at the start, {memory[-1]:.0f} at the end, "
        f"{figures.memory_slope():+.1f} MiB a minute in the second half"
    )
    for what, counted in (("refused", figures.refusals), ("troubles", figures.troubles)):
        told = "; ".join(f"{words} ({count})" for words, count in counted.items())
        click.echo(f"{what}: {told or 'none'}")
    record |= {"answers_per_s": figures.answers_per_s, "memory_mib": [memory[0], memory[-1]]}
    record |= {"server_cpu_ms": server_ms, "client_cpu_ms": client_ms}
    record |= {"refusals": figures.refusals.total(), "troubles": dict(figures.troubles)}
    click.echo(json.dumps(record))


def fill(folder: Path, players: int) -> list[str]:
    """The pocket deck, and players with their cookies."""
    from apps.game.consent import CONSENT_VERSION
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
            store.players.add(player, consent_version=CONSENT_VERSION)
    return [f"{COOKIE}={identity.sign(f'load {number}')}" for number in range(players)]


@contextmanager
def running_game(folder: Path, model: str) -> Iterator[tuple[str, int]]:
    """The real application over that folder, in a process of its own; its address and process."""
    from scripts.serve_game import bound_socket

    with bound_socket("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
    context = multiprocessing.get_context("spawn")
    is_open = context.Event()
    game = context.Process(target=serve, args=(folder, model, port, is_open), daemon=True)
    game.start()
    try:
        if not is_open.wait(OPEN_WITHIN_S) or game.pid is None:
            raise click.ClickException(f"The game did not open within {OPEN_WITHIN_S} s.")
        yield f"http://127.0.0.1:{port}", game.pid
    finally:
        game.kill()
        game.join()


def serve(folder: Path, model_name: str, port: int, is_open: Event) -> None:
    """Serve until killed."""
    import uvicorn

    from apps.game.app import build_app
    from apps.game.handlers import GameHandlers
    from gap_core.play import Game, ModelLabel
    from gap_core.simulation.fast_model import FastModel
    from models.base import VisionModel
    from models.batching import Batcher
    from models.registry import load_model

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
