# The server learns from its players beside the game, and goes on when it can't for a moment.
from __future__ import annotations

from contextlib import closing

import anyio
import pytest

from apps.game.app import _keep_learning
from apps.game.handlers import GameHandlers
from db import StoreError
from gap_core.play import Game
from models.batching import Batcher
from tests.fixtures_models import ScriptedModel
from tests.fixtures_play import Table


async def learn_until(game: Game, table: Table) -> None:
    """Run the server's background task until a population has been fitted."""
    with anyio.fail_after(60), closing(Batcher(ScriptedModel())) as batcher:
        async with anyio.create_task_group() as background:
            background.start_soon(_keep_learning, GameHandlers(game, batcher))
            while not is_fitted(table):
                await anyio.sleep(0.01)
            background.cancel_scope.cancel()


def is_fitted(table: Table) -> bool:
    with table.store() as store:
        return store.scores.latest_population() is not None


def test_population_is_fitted_in_the_background(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.game.app.LEARN_EVERY_S", 0.01)
    table.play_session(table.join(), catches_traps=True)
    assert not is_fitted(table)
    anyio.run(learn_until, table.game, table)

    assert is_fitted(table)


def test_locked_database_is_tried_again(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.game.app.LEARN_EVERY_S", 0.01)
    table.play_session(table.join(), catches_traps=True)
    game, tries = table.game, iter([True])
    fit = game.refit_population

    def locked_at_first() -> bool:
        if next(tries, False):
            raise StoreError("locked")
        return fit()

    monkeypatch.setattr(game, "refit_population", locked_at_first)
    anyio.run(learn_until, game, table)

    assert is_fitted(table)
    assert next(tries, None) is None
