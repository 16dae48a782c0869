"""Play whole sessions with simulated players through the game's own handlers."""

from __future__ import annotations

import asyncio
import json
import secrets
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    from apps.game.handlers import GameHandlers
    from gap_core.simulation.playtest import PlaytestLog
    from models.base import VisionModel
    from models.measured import MeasuredErrors

QUESTIONS_PER_PICTURE = 4
PLAYED_BEFORE = timedelta(hours=3)  # the last day's play lies behind us, as real play does


@click.command()
@click.option("--players", default=30, show_default=True, help="Simulated accounts.")
@click.option(
    "--sessions",
    default=2,
    show_default=True,
    help="Sessions each plays, one a day; the population 'paper' has its own numbers for a week.",
)
@click.option(
    "--population",
    default="mixed",
    show_default=True,
    help="Who comes: mixed, honest, bots, cheats or paper.",
)
@click.option("--model", default="pocket", show_default=True, help="Model name or folder.")
@click.option(
    "--data-dir",
    type=click.Path(path_type=Path),
    help="Keep the database here; else it is thrown away.",
)
@click.option(
    "--keep-truth",
    is_flag=True,
    help="Also keep, in a file of its own there, who they are and what is true of every turn.",
)
@click.option("--seed", default=1, show_default=True, help="Seed of the players.")
def main(
    players: int,
    sessions: int,
    population: str,
    model: str,
    data_dir: Path | None,
    keep_truth: bool,
    seed: int,
) -> None:
    """Print sessions, turns, verdicts, selected questions and their true precision.

    Example: python -m scripts.simulate_playtest --players 30 --sessions 2
    """
    from db.errors import StoreError
    from gap_core.errors import GapError
    from gap_core.settings import deck_for
    from gap_core.simulation.tempers import MIXES
    from models.errors import ModelError
    from models.measured import read_measured
    from models.registry import load_model

    if min(players, sessions) < 1:
        raise click.ClickException("A playtest needs at least one player and one session.")
    if population not in MIXES:
        raise click.ClickException(f"No population '{population}'. Choose one: {', '.join(MIXES)}.")
    if keep_truth and data_dir is None:
        raise click.ClickException("--keep-truth needs a folder to keep it in: add --data-dir.")
    try:
        loaded = load_model(model)
        errors = read_measured(model, quantization=loaded.quantization)
        with tempfile.TemporaryDirectory() as scratch:
            report = play(
                loaded,
                folder=data_dir or Path(scratch),
                deck=deck_for(model),
                population=population,
                players=players,
                sessions=sessions,
                seed=seed,
                errors=errors,
                keeps_truth=keep_truth,
            )
    except (ModelError, StoreError, GapError) as err:
        raise click.ClickException(str(err)) from err
    for name, value in report.items():
        click.echo(f"{name:50}{value}")
    click.echo(json.dumps({name: str(value) for name, value in report.items()}))


def play(
    model: VisionModel,
    *,
    folder: Path,
    population: str = "mixed",
    players: int,
    sessions: int,
    seed: int,
    pictures: tuple[int, int] = (100, 200),
    deck: str = "pocket",
    world: str | None = None,
    errors: MeasuredErrors | None = None,
    keeps_truth: bool = False,
    evening: int = 0,
) -> dict[str, Any]:
    """Deal a deck of so many tainted and untainted pictures, play side by side, and report.

    The untainted ones are of the world, "basic" or "full", where one is given; else the deck's.
    On a later evening the same crowd comes to the same folder again, under other nicknames.
    """
    from apps.game.handlers import GameHandlers
    from apps.game.pacing import AnswerPace
    from db import Store
    from gap_core.play import Game, ModelLabel, Rules
    from gap_core.pocket_world import EDITIONS
    from gap_core.simulation.dealt_scenes import deal_scenes
    from gap_core.simulation.players import SimulatedPlayer
    from gap_core.simulation.playtest_report import playtest_figures
    from gap_core.simulation.visits import run_playtest
    from models.batching import Batcher
    from models.measured import AS_TOLD
    from models.prompts import PROMPT_VERSION

    tainted, untainted = pictures
    scenes = deal_scenes(
        folder,
        tainted=tainted,
        untainted=untainted,
        deck=deck,
        ordinary=None if world is None else EDITIONS[world],
    )
    label = ModelLabel(model.name, model.quantization, model.adapter, PROMPT_VERSION, seed)
    rules = Rules(questions_per_round=QUESTIONS_PER_PICTURE, **(errors or AS_TOLD)._asdict())
    secret, batcher = secrets.token_bytes(32), Batcher(model)
    pace = AnswerPace(first_s=0.01, grid_s=0.01, tick_s=0.01, words_per_tick=99, verdict_s=0.01)

    def open_table(clock: Callable[[], datetime]) -> GameHandlers:
        game = Game(
            folder / "gap.db",
            data_dir=folder,
            secret=secret,
            model=label,
            deck=deck,
            rules=rules,
            clock=clock,
        )
        return GameHandlers(game, batcher, pace=pace)

    crowd = [SimulatedPlayer(number, mix=population, seed=seed) for number in range(players)]
    if evening:
        for who in crowd:
            who.nickname += f" {evening}"
    wanted = [who.wanted(sessions) for who in crowd]
    days = max(wanted)
    first_day = datetime.now(UTC) - PLAYED_BEFORE - timedelta(days=max(0, days - 1))
    playing = run_playtest(
        open_table,
        crowd,
        sessions=sessions,
        scenes=scenes,
        first_day=first_day,
        on_session=partial(_tell_progress, sessions=sum(wanted)),
    )
    try:
        log = asyncio.run(playing)
    finally:
        batcher.close()
    if keeps_truth:
        _keep_truth(folder, log)
    game = open_table(lambda: datetime.now(UTC)).game
    with Store.open(folder / "gap.db") as store:
        return playtest_figures(store, game, log)


def _tell_progress(log: PlaytestLog, *, sessions: int) -> None:
    played = len(log.sessions)
    text = f"\rplayed: {played} of {sessions} sessions, {len(log.turns)} questions   "
    click.echo(text, nl=played == sessions, file=sys.stderr)


def _keep_truth(folder: Path, log: PlaytestLog) -> None:
    from db.truth_store import TRUTH_FILE, TruthStore

    with TruthStore.open(folder / TRUTH_FILE) as store:
        store.add(log.simulated_players(), log.truths())


if __name__ == "__main__":
    main()
