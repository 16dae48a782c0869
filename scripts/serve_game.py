"""Starts the game; scripts/play calls it once the environment is ready."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from threading import Thread
from time import sleep
from typing import TYPE_CHECKING, Any

import click

from apps.listening import bound_socket
from db.errors import StoreError
from gap_core.errors import GapError
from gap_core.memory_arenas import limit_arenas
from gap_core.settings import Settings, load_secret, read_settings
from models.errors import ModelError
from models.registry import DEFAULT_MODEL, OWN_FOLDERS, needs_fetching

if TYPE_CHECKING:
    from models.base import VisionModel


BREATH_S = 0.06  # after each picture drawn beside the game: players' answers come first


@click.command()
@click.option("--host", help="Address to listen on. Default: 127.0.0.1, this machine only.")
@click.option("--port", type=click.IntRange(0, 65535), help="Default: 7860. 0 takes a free one.")
@click.option("--model", help=f"Name, folder or server:URL#NAME. Default: {DEFAULT_MODEL}.")
@click.option(
    "--quantize",
    type=click.Choice(["nf4", "full"]),
    help="4 bit, or fp32 and bf16. Default: nf4 for a model of the hub on a GPU, else full.",
)
@click.option(
    "--device", type=click.Choice(["auto", "cpu", "cuda"]), help="Default: a GPU if there is one."
)
@click.option("--adapter", type=click.Path(), help="Folder of a LoRA adapter. Default: none.")
@click.option("--db", type=click.Path(), help="SQLite file. Default: gap.db in the data folder.")
@click.option("--deck", help="Deck that sessions are dealt from. Default: the model's own.")
@click.option("--event-code", help="Players must type it to join. Default: none.")
@click.option("--event", help="Code of an event: deck, model and consent text are its own.")
@click.option("--kiosk", is_flag=True, default=None, help="Open a full-screen browser here.")
@click.option("--public-url", help="Address for phones, in the QR code. Default: this machine's.")
@click.option(
    "--metrics-port",
    type=click.IntRange(1, 65535),
    help="Port on 127.0.0.1 for /metrics and /health. Default: none.",
)
@click.option("--log-file", type=click.Path(), help="File for JSON logs. Default: none.")
@click.option("--data-dir", type=click.Path(), help="Folder of database, pictures. Default: data.")
def serve_game(**given: Any) -> None:
    """Start the game and say under which address to open it.

    Every option can stand in the environment too: GAP_HOST, GAP_PORT and so on.

    Example: python -m scripts.serve_game --port 8080
    """
    gc.disable()  # a seventh of the start went into looking for garbage in what is imported
    from apps.game import opening

    try:
        settings = opening.settings_of_event(read_settings(given), given)
        opening.check_reach(settings)
        opening.check_kiosk(settings)
        with (
            bound_socket(settings.host, settings.port) as listener,
            goodbye(f"All is kept in '{settings.db}'; open sessions go on next time."),
        ):
            start(settings, listener)
    except (GapError, StoreError, ModelError) as err:
        raise click.ClickException(str(err)) from err
    finally:
        gc.enable()


@contextlib.contextmanager
def goodbye(words: str) -> Iterator[None]:
    """Ctrl+C is how a server ends, so it is no error.

    Started in the background by a shell without job control, Python raises nothing for it (SIGINT
    is ignored then), while uvicorn still hears it and ends: the block is left in the normal way.
    """
    with contextlib.suppress(KeyboardInterrupt):
        yield
    click.echo(f"\nStopped. {words}")


def start(settings: Settings, listener: socket.socket) -> None:
    """Open everything, one line each, and serve until stopped.

    A model of our own is there seconds after the pages, so players join meanwhile; any other is
    waited for, and so is what is wrong with it.
    """
    from apps.game import opening
    from apps.game.quick_import import without_stubs
    from gap_core.care.model_worker import ModelWorker

    limit_arenas()
    if not needs_fetching(settings.model):
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    if settings.log_file is not None:
        from gap_core.care.logs import log_to

        log_to(settings.log_file, secrets=opening.secrets_of(settings))
    click.echo("Opening the database ...")
    secret = load_secret(settings.secret_file)
    wait_for_pictures = draw_beside(settings)
    game = opening.open_game(settings, secret=secret)
    follower = opening.open_follower(settings, game, say=click.echo)

    def wake(model: VisionModel) -> None:
        if not game.is_awake:  # else the last one hung, and this is another
            opening.wake_game(settings, game, model, warn=warn)
            gc.freeze()  # what is there now stays
            gc.enable()
            Thread(target=deal_other_pictures, args=(settings,), daemon=True).start()
        follower.use(model)

    click.echo("Opening the pages ...")
    with without_stubs():
        from apps.game.serving import serve  # with all of Gradio, so after the line
    click.echo(f"Opening the model '{settings.model}' ...")

    def load() -> VisionModel:
        model = open_model(settings)
        if not game.is_awake:
            wait_for_pictures()
        return model

    with ModelWorker(load, on_open=wake) as worker:
        if settings.model not in OWN_FOLDERS or worker.opened.done():
            worker.opened.result()
        serve(
            game,
            worker,
            settings,
            secret=secret,
            listener=listener,
            follower=follower,
            say=click.secho,
        )
        if worker.opened.done():
            worker.opened.result()  # raises what ended the serving, if it was that


def warn(line: str) -> None:
    """Tell the host what they should know before they go on."""
    click.secho(line, fg="yellow", err=True)


def draw_beside(settings: Settings) -> Callable[[], None]:
    """Begin with the first pictures in a process of its own, if they lack; what waits for them.

    Any deck but ours is looked at now.

    Raises:
        GapError: it has too few pictures.
    """
    from apps.game.opening import check_deck
    from db.store import Store
    from gap_core.decks.deal import DRAWN_DECKS, is_begun

    if settings.deck not in DRAWN_DECKS:
        check_deck(settings)
        return lambda: None
    with Store.open(settings.db) as store:
        if is_begun(store, settings.deck, data_dir=settings.data_dir):
            return lambda: None
    drawers = ProcessPoolExecutor(
        1,
        mp_context=get_context("spawn"),
        initializer=signal.signal,
        initargs=(signal.SIGINT, signal.SIG_IGN),  # Ctrl+C is for the game
    )
    dealing = drawers.submit(deal_first_pictures, settings)
    drawers.shutdown(wait=False)  # once that is done

    def wait() -> None:
        try:
            dealing.result()
        except BrokenProcessPool:  # somebody killed it
            deal_first_pictures(settings)
        check_deck(settings)

    return wait


def deal_first_pictures(settings: Settings) -> None:
    """Draw the first pictures of a pocket deck; other decks are imported beforehand."""
    from db.store import Store
    from gap_core.decks.deal import DRAWN_DECKS, FIRST_OF_EACH, deal_pocket_deck

    if settings.deck not in DRAWN_DECKS:
        return
    click.echo(f"Opening the deck '{settings.deck}' ...")
    with Store.open(settings.db) as store, drawing_progress() as on_progress:
        deal_pocket_deck(
            store,
            data_dir=settings.data_dir,
            deck=settings.deck,
            tainted=FIRST_OF_EACH,
            untainted=FIRST_OF_EACH,
            on_progress=on_progress,
        )


def deal_other_pictures(settings: Settings) -> None:
    """Draw what the pocket deck still lacks, beside the game; a stopped game goes on next time."""
    from db.store import Store
    from gap_core.decks.deal import DRAWN_DECKS, deal_pocket_deck

    if settings.deck not in DRAWN_DECKS:
        return
    try:
        with Store.open(settings.db) as store:
            deal_pocket_deck(
                store,
                data_dir=settings.data_dir,
                deck=settings.deck,
                on_progress=lambda done, total: sleep(BREATH_S),
            )
    except (GapError, StoreError) as err:
        warn(f"Warning: the deck is not drawn to its end. {err} Start again to go on.")


@contextlib.contextmanager
def drawing_progress() -> Iterator[Callable[[int, int], None]]:
    """A progress bar on stderr that appears with the first picture."""
    with contextlib.ExitStack() as open_bars:
        bars: list[Any] = []

        def on_progress(done: int, total: int) -> None:
            if not bars:
                bar = click.progressbar(length=total, label="Drawing pictures", file=sys.stderr)
                bars.append(open_bars.enter_context(bar))
            bars[0].update(done - bars[0].pos)

        yield on_progress


def open_model(settings: Settings) -> VisionModel:
    """The model, loaded."""
    from models.registry import load_model

    return load_model(
        settings.model,
        quantize=settings.quantize,
        device=settings.device,
        adapter=settings.adapter,
    )


if __name__ == "__main__":
    serve_game()
