"""Play whole sessions with simulated players through the game's own handlers."""

import asyncio
import json
import secrets
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from apps.game.handlers import GameHandlers
    from gap_core.pocket_world import Scene
    from gap_core.simulation.players import SimulatedPlayer
    from gap_core.simulation.playtest import PlaytestLog
    from models.measured import MeasuredErrors

QUESTIONS_PER_PICTURE = 4


@click.command()
@click.option("--players", default=30, show_default=True, help="Simulated players at once.")
@click.option("--sessions", default=2, show_default=True, help="Sessions each plays.")
@click.option("--model", default="pocket", show_default=True, help="Model name or folder.")
@click.option(
    "--data-dir",
    type=click.Path(path_type=Path),
    help="Keep the database here; else it is thrown away.",
)  # noqa: E501
@click.option("--seed", default=1, show_default=True, help="Seed of the players.")
def main(players: int, sessions: int, model: str, data_dir: Path | None, seed: int) -> None:
    """Print sessions, turns, verdicts, selected questions and their true precision.

    Example: python -m scripts.simulate_playtest --players 30 --sessions 2
    """
    from models.errors import ModelError
    from models.measured import read_measured
    from models.registry import load_model

    if min(players, sessions) < 1:
        raise click.ClickException("A playtest needs at least one player and one session.")
    try:
        loaded = load_model(model)
        errors = read_measured(model, quantization=loaded.quantization)
    except ModelError as err:
        raise click.ClickException(str(err)) from err
    with tempfile.TemporaryDirectory() as scratch:
        folder = data_dir or Path(scratch)
        report = play(
            loaded, folder=folder, players=players, sessions=sessions, seed=seed, errors=errors
        )
    for name, value in report.items():
        click.echo(f"{name:40}{value}")
    click.echo(json.dumps({name: str(value) for name, value in report.items()}))


def play(
    model: Any,
    *,
    folder: Path,
    players: int,
    sessions: int,
    seed: int,
    pictures: tuple[int, int] = (100, 200),
    errors: "MeasuredErrors | None" = None,
) -> dict[str, Any]:
    """Deal a deck of so many tainted and untainted pictures, play side by side, and report."""
    from apps.game.handlers import GameHandlers
    from apps.game.pacing import AnswerPace
    from db import Store
    from gap_core.decks.deal import deal_pocket_deck
    from gap_core.play import Game, ModelLabel, Rules
    from gap_core.pocket_world import scene_from_json
    from gap_core.simulation.players import SimulatedPlayer
    from gap_core.simulation.playtest import PlaytestLog
    from models.batching import Batcher
    from models.measured import AS_TOLD
    from models.prompts import PROMPT_VERSION

    folder.mkdir(parents=True, exist_ok=True)
    db_path = folder / "gap.db"
    with Store.open(db_path) as store:
        tainted, untainted = pictures
        deal_pocket_deck(store, data_dir=folder, tainted=tainted, untainted=untainted)
        drawn = store.images.drawn("pocket")
    scenes = {Path(image.path).stem: scene_from_json(image.graph_json) for image in drawn}
    label = ModelLabel(model.name, model.quantization, model.adapter, PROMPT_VERSION, seed)
    rules = Rules(questions_per_round=QUESTIONS_PER_PICTURE, **(errors or AS_TOLD)._asdict())
    game = Game(
        db_path,
        data_dir=folder,
        secret=secrets.token_bytes(32),
        model=label,
        deck="pocket",
        rules=rules,
    )
    batcher = Batcher(model)
    pace = AnswerPace(first_s=0.01, grid_s=0.01, tick_s=0.01, words_per_tick=99, verdict_s=0.01)
    handlers = GameHandlers(game, batcher, pace=pace)
    log = PlaytestLog()

    async def everybody() -> None:
        crowd = [SimulatedPlayer(number, seed=seed) for number in range(players)]
        await asyncio.gather(*(visit(handlers, who, scenes, log, sessions) for who in crowd))

    try:
        asyncio.run(everybody())
    finally:
        batcher.close()
    return _report(game, log, players=players)


async def visit(
    handlers: "GameHandlers",
    who: "SimulatedPlayer",
    scenes: "dict[str, Scene]",
    log: "PlaytestLog",
    sessions: int,
) -> None:
    """One player joins and plays so many sessions to their end."""
    player = handlers.game.join(who.nickname, consent_version="simulated")
    for _ in range(sessions):
        state = handlers.begin(player.id)
        while state["screen"] == "round":
            state = await _one_turn(handlers, who, player.id, scenes, log, state)
        log.sessions += state["screen"] == "end"
        click.echo(f"{log.sessions} sessions, {len(log.marked)} verdicts", file=sys.stderr)


async def _one_turn(
    handlers: "GameHandlers",
    who: "SimulatedPlayer",
    player_id: str,
    scenes: "dict[str, Scene]",
    log: "PlaytestLog",
    state: dict[str, Any],
) -> dict[str, Any]:
    """Ask about the picture being shown and mark the answer."""
    token = state["round"]["token"]
    scene = scenes[handlers.game.picture_path(player_id, round_token=token).stem]
    question = who.ask(scene)
    async for news in handlers.ask(player_id, round_token=token, question=question.text):
        state = news
    asked = state["round"]["asked"] if state["round"] else []
    if state["notice"] or not asked or asked[-1]["answer"] is None:
        log.refusals += 1
        return handlers.look(player_id)
    turn, answer = asked[-1]["turn"], asked[-1]["answer"]
    log.asked[turn] = (scene, question, answer)
    log.marked[turn] = who.mark(scene, question, answer)
    return await handlers.judge_on_grid(player_id, turn_id=turn, verdict=log.marked[turn])


def _report(game: Any, log: "PlaytestLog", *, players: int) -> dict[str, Any]:
    from gap_core.scoring.posterior import ESTIMATORS
    from gap_core.scoring.shares import share_of
    from gap_core.simulation.playtest import true_precision

    selected: dict[str, Any] = {}
    for name in ESTIMATORS:
        turns = [question.turn_id for question in game.selected_questions(estimator=name)]
        selected[f"selected by {name}"] = len(turns)
        selected[f"their true precision, {name}"] = true_precision(log, turns)
    wrong = sum(mark == "wrong" for mark in log.marked.values())
    return {
        "players": players,
        "sessions finished": log.sessions,
        "turns": len(log.asked),
        "questions refused": log.refusals,
        "verdicts": len(log.marked),
        "verdicts Wrong": wrong,
        "answers truly wrong": share_of(sum(map(log.is_wrong, log.asked)), len(log.asked)),
    } | selected


if __name__ == "__main__":
    main()
