"""Starts the game; scripts/play calls it once the environment is ready."""

from __future__ import annotations

import contextlib
import ipaddress
import os
import socket
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import click
from pydantic import ValidationError

from db.errors import StoreError
from gap_core.errors import GapError
from gap_core.memory_arenas import limit_arenas
from gap_core.settings import Settings, load_secret
from models.errors import ModelError
from models.registry import needs_fetching

if TYPE_CHECKING:
    from gap_core.care.model_worker import ModelWorker
    from gap_core.play import Game
    from gap_core.play.adapter_following import AdapterFollower
    from models.base import VisionModel

SEED = 0  # answers are greedy; recorded with each of them all the same


@click.command()
@click.option("--host", help="Address to listen on. Default: 127.0.0.1, this machine only.")
@click.option("--port", type=click.IntRange(0, 65535), help="Default: 7860. 0 takes a free one.")
@click.option("--model", help="Name, folder or server:URL#NAME of the model. Default: pocket.")
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
@click.option("--deck", help="Deck that sessions are dealt from. Default: pocket.")
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

    Example: python -m scripts.serve_game --port 8080 --deck pocket
    """
    try:
        settings = settings_of_event(read_settings(given), given)
        check_reach(settings)
        check_kiosk(settings)
        with (
            bound_socket(settings.host, settings.port) as listener,
            goodbye(f"All is kept in '{settings.db}'; open sessions go on next time."),
        ):
            start(settings, listener)
    except (GapError, StoreError, ModelError) as err:
        raise click.ClickException(str(err)) from err


def read_settings(given: dict[str, Any]) -> Settings:
    """Flag, then environment, then default.

    Raises:
        GapError: a value in the environment is no such setting's.
    """
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as err:
        first = err.errors()[0]
        name = "GAP_" + "_".join(str(part) for part in first["loc"]).upper()
        raise GapError(
            f"Setting {name} can't be '{first['input']}': {first['msg']}. Mend it or unset it."
        ) from err


def settings_of_event(settings: Settings, given: dict[str, Any]) -> Settings:
    """Deck and model as the event has them, unless flags say otherwise.

    Raises:
        GapError: no event has that code.
    """
    if not settings.event:
        return settings
    from db.store import Store
    from gap_core.events.events import event_of

    with Store.open(settings.db) as store:
        event = event_of(store, settings.event)
    own = {"deck": event.deck, "model": event.model}
    return settings.model_copy(
        update={name: value for name, value in own.items() if given.get(name) is None}
    )


def check_reach(settings: Settings) -> None:
    """A game that others on the network can open asks for a code.

    Raises:
        GapError: it doesn't.
    """
    if not is_loopback(settings.host) and not settings.event_code and not settings.event:
        raise GapError(
            f"Host '{settings.host}' lets the whole network in, and no event code is set. "
            "Add --event-code WORDS, or leave --host out to play on this machine only."
        )


def check_kiosk(settings: Settings) -> None:
    """A kiosk's browser reaches the game under this machine's own address alone.

    Raises:
        GapError: the game would not listen there.
    """
    if settings.kiosk and settings.host not in ("0.0.0.0", "127.0.0.1", "localhost"):
        raise GapError(
            f"A kiosk needs the game at 127.0.0.1 too, and it would listen at '{settings.host}' "
            "only. Use --host 0.0.0.0 with an event code, or leave --host out."
        )


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches that address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@contextlib.contextmanager
def bound_socket(host: str, port: int, *, flag: str = "--port") -> Iterator[socket.socket]:
    """Hold the port from the first second, before minutes of loading.

    Raises:
        GapError: it is taken, or the address isn't this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
            # Two sockets may be bound to one port while neither listens: find out now.
            listener.listen(128)
        except PermissionError as err:
            raise GapError(
                f"Port {port} is reserved for the system. Choose one from 1024 upwards, "
                "such as --port 7860."
            ) from err
        except socket.gaierror as err:
            raise GapError(
                f"Host '{host}' is no address of this machine. Use 127.0.0.1, or 0.0.0.0 "
                "for all of its addresses."
            ) from err
        except OSError as err:
            raise GapError(describe_bind_failure(host, port, err, flag)) from err
        yield listener


def describe_bind_failure(host: str, port: int, err: OSError, flag: str) -> str:
    """Why the port can't be had, and which one to take."""
    if err.errno == 99:  # EADDRNOTAVAIL
        return (
            f"Host '{host}' is no address of this machine. Use 127.0.0.1, or 0.0.0.0 "
            "for all of its addresses."
        )
    return (
        f"Port {port} is taken by another program (perhaps it is open already: "
        f"http://{host}:{port}). Choose another: {flag} {port + 1}"
    )


@contextlib.contextmanager
def goodbye(words: str) -> Iterator[None]:
    """Ctrl+C is how a server ends, so it is no error."""
    try:
        yield
    except KeyboardInterrupt:
        click.echo(f"\nStopped. {words}")


def start(settings: Settings, listener: socket.socket) -> None:
    """Open everything, one line each, and serve until stopped."""
    limit_arenas()
    if not needs_fetching(settings.model):
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    if settings.log_file is not None:
        from gap_core.care.logs import log_to

        log_to(settings.log_file, secrets=secrets_of(settings))
    click.echo("Opening the database ...")
    secret = load_secret(settings.secret_file)
    deal_first_pictures(settings)
    check_deck(settings)
    click.echo(f"Opening the model '{settings.model}' ...")
    from gap_core.care.model_worker import ModelWorker

    with ModelWorker(lambda: open_model(settings)) as worker:
        game = open_game(settings, worker.model, secret=secret)
        follower = open_follower(settings, game, worker.model)
        worker.on_restart = follower.use
        serve(game, worker, settings, secret=secret, listener=listener, follower=follower)


def secrets_of(settings: Settings) -> list[str]:
    """Words that no log may hold."""
    named = [settings.event_code, settings.event, settings.studio_key, settings.telegram_token]
    return [*named, *(os.environ.get(name, "") for name in ("GAP_SERVER_KEY", "OPENAI_API_KEY"))]


def deal_first_pictures(settings: Settings) -> None:
    """Draw the pocket deck where it is missing; other decks are imported beforehand."""
    if settings.deck != "pocket":
        return
    from db.store import Store
    from gap_core.decks.deal import deal_pocket_deck

    click.echo("Opening the pocket deck ...")
    with Store.open(settings.db) as store, drawing_progress() as on_progress:
        deal_pocket_deck(store, data_dir=settings.data_dir, on_progress=on_progress)


def check_deck(settings: Settings) -> None:
    """A deck that no session can be dealt from is told to the host, not to the first player.

    Raises:
        GapError: it has too few pictures of one kind.
    """
    from db.store import Store
    from gap_core.play import Rules

    with Store.open(settings.db) as store:
        traps = store.images.count(settings.deck, taint="tainted")
        others = store.images.count(settings.deck, taint="untainted")
    rules = Rules()
    if traps < rules.tainted_images or others < rules.untainted_images:
        raise GapError(
            f"Deck '{settings.deck}' holds {traps} approved traps and {others} other pictures; "
            f"a session needs {rules.tainted_images} and {rules.untainted_images}. Add some: "
            f"python -m scripts.import_images FOLDER --deck {settings.deck}, and approve traps: "
            f"python -m scripts.approve_images --deck {settings.deck} --list-all"
        )


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


def open_game(settings: Settings, model: VisionModel, *, secret: bytes) -> Game:
    """The game over the database; questions that a killed server owed an answer are given back."""
    from gap_core.play import Game, ModelLabel, Rules
    from models.measured import read_measured, trap_warning
    from models.prompts import PROMPT_VERSION

    errors = read_measured(
        settings.model, quantization=model.quantization, data_dir=settings.data_dir
    )
    warning = trap_warning(errors, settings.model)
    if warning:
        click.secho(f"Warning: {warning}", fg="yellow", err=True)
    event = None
    if settings.event:
        from db.store import Store
        from gap_core.events.events import event_of

        with Store.open(settings.db) as store:
            event = event_of(store, settings.event)
    label = ModelLabel(model.name, model.quantization, model.adapter, PROMPT_VERSION, SEED)
    game = Game(
        settings.db,
        data_dir=settings.data_dir,
        secret=secret,
        model=label,
        deck=settings.deck,
        event_code=settings.event_code,
        event=event,
        rules=Rules(**errors._asdict()),
    )
    game.release_lost_turns()
    return game


def open_follower(settings: Settings, game: Game, model: VisionModel) -> AdapterFollower:
    """What brings an adapter in that is asked for while the game runs."""
    from gap_core.play.adapter_following import AdapterFollower
    from gap_core.play.game import utc_now

    def tell(name: str | None) -> None:
        game.note_adapter(name)
        click.echo(f"From now on answers come {f'with adapter {name}' if name else 'without one'}.")

    return AdapterFollower(
        model, db_path=settings.db, data_dir=settings.data_dir, clock=utc_now, on_switch=tell
    )


def serve(
    game: Game,
    worker: ModelWorker,
    settings: Settings,
    *,
    secret: bytes,
    listener: socket.socket,
    follower: AdapterFollower | None = None,
) -> None:
    """Serve until Ctrl+C; prints the address when the first request would be answered."""
    click.echo("Opening the pages ...")
    import uvicorn
    from prometheus_client import CollectorRegistry

    from apps.game.app import build_app
    from apps.game.handlers import GameHandlers
    from apps.game.metrics import RequestMeter, build_watch, serving_watch
    from apps.game.stand import address_for_phones, kiosk_browser
    from apps.game.telegram import TelegramDoor

    host, port = listener.getsockname()[:2]
    here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # which browsers here can open
    shown_host = f"[{here}]" if ":" in here else here

    def tell() -> None:
        click.secho(f"The game is open: http://{shown_host}:{port}", bold=True)
        if phones:
            click.echo(f"Others on the network open {phones}")
        if settings.metrics_port is not None:
            click.echo(f"Metrics: http://127.0.0.1:{settings.metrics_port}/metrics and /health")
        click.echo("Stop it with Ctrl+C.")

    handlers = GameHandlers(game, worker)
    door = TelegramDoor(settings.telegram_token, secret=secret) if settings.telegram_token else None
    phones = address_for_phones(settings.public_url, host, port)
    app = build_app(
        handlers,
        secret=secret,
        on_ready=tell,
        follower=follower,
        telegram=door,
        address=phones,
    )
    registry = CollectorRegistry()
    config = uvicorn.Config(
        RequestMeter(registry).around(app),
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=3,
        lifespan="on",
    )
    with contextlib.ExitStack() as beside:
        if settings.metrics_port is not None:
            place = bound_socket("127.0.0.1", settings.metrics_port, flag="--metrics-port")
            watch = build_watch(settings.db, worker, registry)
            beside.enter_context(serving_watch(watch, beside.enter_context(place)))
        if settings.kiosk:
            url = f"http://127.0.0.1:{port}/kiosk"

            def tell_end(code: int) -> None:
                click.echo(
                    f"The kiosk's browser ended by itself (status {code}): is there a screen, and "
                    f"are you not root? The game goes on; open this full screen: {url}"
                )

            if not beside.enter_context(kiosk_browser(url, on_early_end=tell_end)):
                click.echo(f"No Chromium is here. Open this full screen: {url}")
        uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    serve_game()
