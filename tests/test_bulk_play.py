# Made-up play is whole, and what triggers keep of it is what plain SQL finds.
from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from db import Store
from db.bulk_play import (
    PlaySize,
    fill_with_play,
    last_moment,
    plain_counts,
    plain_standings,
)
from gap_core.play.posteriors import latest_population, refit_population, rows_of
from gap_core.play.rescoring import rescore
from gap_core.scoring.counts import CountTables
from gap_core.scoring.population import fit_population
from gap_core.scoring.rates import ModelErrors
from scripts.bench_scoring import main

SIZE = PlaySize(turns=3_000, players=40, images=60)


@pytest.fixture
def played(store: Store) -> Store:
    """Forty players with three hundred sessions over ten weeks."""
    fill_with_play(store, SIZE)
    return store


def test_made_up_play_is_whole(played: Store) -> None:
    rows = {
        table: played.connection.rows(f"SELECT count(*) FROM {table}")[0][0]
        for table in ("players", "sessions", "rounds", "turns", "verdicts")
    }

    assert rows == dict(players=40, sessions=300, rounds=3_000, turns=3_000, verdicts=3_000)
    assert played.connection.rows("PRAGMA foreign_key_check") == []


def test_counts_kept_by_the_trigger_are_those_of_plain_sql(played: Store) -> None:
    kept = played.scores.all_counts()

    assert kept == {player_id: plain_counts(played, player_id) for player_id in kept}
    assert len(kept) == 40


def test_counting_again_changes_nothing(played: Store) -> None:
    kept = played.scores.all_counts()
    played.scores.recount()

    assert played.scores.all_counts() == kept


def test_week_has_the_players_that_plain_sql_finds(played: Store) -> None:
    moment = last_moment(played)

    assert 0 < played.standings.players(moment) == plain_standings(played, moment)


def test_rescoring_gives_every_player_a_posterior(played: Store) -> None:
    rescored = rescore(played, errors=ModelErrors(), now=datetime(2025, 4, 1, tzinfo=UTC))

    assert sorted(rescored.player_ids) == sorted(played.scores.all_counts())
    assert np.all(rescored.posteriors.low <= rescored.posteriors.mean)
    assert np.all(rescored.posteriors.mean <= rescored.posteriors.high)
    assert played.scores.latest_population().verdicts == 3_000


def test_stored_population_is_the_one_that_was_fitted(played: Store) -> None:
    # The error rate's own doubt was once left out of what was written, and read as none.
    fitted = fit_population(CountTables.of(rows_of(played.scores.all_counts())))
    refit_population(played, errors=ModelErrors(), now=datetime(2025, 4, 1, tzinfo=UTC))
    stored = latest_population(played, errors=ModelErrors())

    assert stored.error_rate == fitted.error_rate
    assert stored.error_rate_sd == fitted.error_rate_sd > 0
    # Kept in single precision.
    assert np.array_equal(stored.weights, fitted.weights.astype(np.float32))


def test_benchmark_prints_both_ways(tmp_path: Path) -> None:
    sizes = ["--turns", "1000", "--players", "20", "--images", "30", "--reads", "5"]
    result = CliRunner().invoke(main, [*sizes, "--folder", str(tmp_path)])

    assert result.exit_code == 0, result.output
    record = json.loads(result.stdout.splitlines()[-1])
    assert record["rescore_s"] > 0
    assert record["posterior_of_a_player"]["n"] == 5
    assert list(tmp_path.iterdir()) == []


def test_sessions_that_are_not_full_are_refused() -> None:
    result = CliRunner().invoke(main, ["--turns", "15"])

    assert result.exit_code == 1
    assert "15 turns don't fill sessions of 10" in result.output
