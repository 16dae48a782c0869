"""From an installation's settings to a game: what is refused, then what is opened.

Called by the script that starts the game, before anything of Gradio is imported.
"""

import os
from collections.abc import Callable
from typing import Any

from db.store import Store
from gap_core.errors import GapError
from gap_core.events.events import event_of
from gap_core.play import Game, ModelLabel, Rules, utc_now
from gap_core.play.adapter_following import AdapterFollower
from gap_core.settings import Settings
from models.base import VisionModel
from models.measured import read_measured, trap_warning
from models.prompts import PROMPT_VERSION
from models.server_address import is_loopback

SEED = 0  # answers are greedy; recorded with each of them all the same


def settings_of_event(settings: Settings, given: dict[str, Any]) -> Settings:
    """Deck and model as the event has them, unless flags say otherwise.

    Raises:
        GapError: no event has that code.
    """
    if not settings.event:
        return settings
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


def check_deck(settings: Settings) -> None:
    """A deck that no session can be dealt from is told to the host, not to the first player.

    Raises:
        GapError: it has too few pictures of one kind.
    """
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


def secrets_of(settings: Settings) -> list[str]:
    """Words that no log may hold."""
    named = [settings.event_code, settings.event, settings.studio_key, settings.telegram_token]
    return [*named, *(os.environ.get(name, "") for name in ("GAP_SERVER_KEY", "OPENAI_API_KEY"))]


def open_game(settings: Settings, *, secret: bytes) -> Game:
    """The game over the database, which sleeps until its model is loaded.

    Questions that a killed server owed an answer are given back.
    """
    event = None
    if settings.event:
        with Store.open(settings.db) as store:
            event = event_of(store, settings.event)
    game = Game(
        settings.db,
        data_dir=settings.data_dir,
        secret=secret,
        model=ModelLabel(settings.model, "", None, PROMPT_VERSION, SEED),
        deck=settings.deck,
        event_code=settings.event_code,
        event=event,
    )
    game.release_lost_turns()
    return game


def wake_game(
    settings: Settings, game: Game, model: VisionModel, *, warn: Callable[[str], None]
) -> None:
    """The game with its model and with how often that errs, so that it can be played."""
    errors = read_measured(
        settings.model, quantization=model.quantization, data_dir=settings.data_dir
    )
    warning = trap_warning(errors, settings.model)
    if warning:
        warn(f"Warning: {warning}")
    label = ModelLabel(model.name, model.quantization, model.adapter, PROMPT_VERSION, SEED)
    game.wake(label, Rules(**errors._asdict()))


def open_follower(settings: Settings, game: Game, *, say: Callable[[str], None]) -> AdapterFollower:
    """What brings an adapter in that is asked for while the game runs; told the model later."""

    def tell(name: str | None) -> None:
        game.note_adapter(name)
        say(f"From now on answers come {f'with adapter {name}' if name else 'without one'}.")

    return AdapterFollower(
        None,
        db_path=settings.db,
        data_dir=settings.data_dir,
        clock=utc_now,
        on_switch=tell,
        on_problem=lambda problem: say(
            f"The adapter that was asked for does not answer: {problem}"
        ),
    )
