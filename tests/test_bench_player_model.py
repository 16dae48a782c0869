# The benchmark of the player interaction model compares like with like; one tiny run, refusals.
from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from gap_core.errors import GapError
from gap_core.simulation.player_model_baselines import PyIrt, fit_by_autograd, has_py_irt
from gap_core.simulation.player_model_speed import (
    OURS,
    Check,
    Figures,
    Run,
    Split,
    best_check,
    compare_fits,
    describe_way,
    fewest_epochs,
    fit_ours,
    has_lost_patience,
    likelihood_gain,
    split_turns,
)
from gap_core.simulation.simulated_turns import draw_turns
from scripts.bench_player_model import main

SMALL = ["--turns", "3000", "--players", "60", "--images", "40", "--epochs", "30"]


@pytest.fixture(scope="module")
def split() -> Split:
    return split_turns(draw_turns(6000, players=100, images=50, seed=1).turns, held_out=0.2, seed=1)


def stand_in(folder: Path, *, prints: str, fails: bool) -> str:
    """A program in place of a Python with py-irt."""
    program = folder / "python"
    program.write_text(f"#!/bin/sh\necho '{prints}' >&2\nexit {int(fails)}\n")
    program.chmod(0o755)
    return str(program)


def test_no_turn_is_both_learnt_from_and_held_out(split: Split) -> None:
    assert len(split.train) + len(split.held_out) == 6000
    assert 0.15 < len(split.held_out) / 6000 < 0.25
    assert not set(split.train.time_s) & set(split.held_out.time_s)


def test_fewest_epochs_are_the_first_within_a_thousandth_of_the_best() -> None:
    scores = [(20, -0.6), (40, -0.5006), (60, -0.5004), (80, -0.5), (100, -0.51)]
    assert fewest_epochs([Check(epoch, 1.0, score) for epoch, score in scores]) == 60


def test_search_ends_when_nothing_better_came_for_a_while(split: Split) -> None:
    run = fit_by_autograd(split, epochs=2000, check_every=5, patience=50)
    best = best_check(run.checks)

    assert run.checks[-1].epoch == best.epoch + 50 < 2000
    assert not has_lost_patience(run.checks[:-1], 50)


def test_line_says_where_the_best_was_found() -> None:
    revealed, chance = np.array([True, False]), np.array([0.5, 0.5])
    ours = Figures(OURS, 5, -0.5, 5, 5, [1.0, 1.0], chance)
    done = Figures("other", 60, -0.6, 80, 400, [30.0, 30.0], chance)
    climbing = Figures("other", 60, -0.6, 400, 400, [30.0, 30.0], chance)

    line, values = describe_way(done, ours, revealed=revealed, seed=1)
    assert "takes 30.0 [30.0, 30.0] times as long" in line
    assert "after 80 of 400 epochs: no better one came after it" in line
    assert values["best_epoch"] == 80
    assert "still climbing" in describe_way(climbing, ours, revealed=revealed, seed=1)[0]


def test_autograd_comes_to_the_same_chances(split: Split) -> None:
    run = fit_by_autograd(split, epochs=150, check_every=50, patience=150)

    assert [check.epoch for check in run.checks] == [50, 100, 150]
    assert np.corrcoef(run.chance, fit_ours(split).chance)[0, 1] > 0.99


def test_ways_take_turns_with_their_fewest_epochs(split: Split) -> None:
    asked: list[tuple[int, int, int]] = []

    def baseline(_split: Split, *, epochs: int, check_every: int, patience: int) -> Run:
        asked.append((epochs, check_every, patience))
        checks = [Check(epoch, epoch / 10, -0.5) for epoch in range(check_every, epochs + 1, 10)]
        return Run(checks, np.full(len(_split.held_out), 0.5))

    told: list[int] = []
    ours, other = compare_fits(
        split,
        {"other": baseline},
        epochs=50,
        check_every=10,
        patience=30,
        rounds=2,
        on_fit=lambda: told.append(1),
    )
    assert asked == [(50, 10, 30), (10, 10, 10), (10, 10, 10)]
    assert (ours.way, len(ours.elapsed_s), other.elapsed_s) == (OURS, 2, [1.0, 1.0])
    assert len(told) == 6


def test_gain_of_a_table_worked_by_hand() -> None:
    revealed = np.array([True, False])
    gain = likelihood_gain(np.array([0.5, 0.5]), np.array([0.25, 0.5]), revealed=revealed)
    assert gain.mean == pytest.approx(np.log(2) / 2)
    assert gain.low < gain.mean < gain.high


def test_run_says_that_py_irt_is_missing_and_ends_with_one_json_line(tmp_path: Path) -> None:
    options = [*SMALL, "--rounds", "2", "--irt-python", str(tmp_path / "none")]
    result = CliRunner().invoke(main, options)

    assert result.exit_code == 0, result.output
    assert "py-irt is not installed" in result.output
    record = json.loads(result.output.splitlines()[-1])
    assert 200 < record["n"] < 400
    assert record["torch autograd"]["times_ours"][0] > 0
    assert len(record[OURS]["elapsed_s"]) == 2


def test_py_irt_that_fails_is_quoted(tmp_path: Path, split: Split) -> None:
    python = stand_in(tmp_path, prints="no module named pyro", fails=True)
    with pytest.raises(GapError, match="no module named pyro"):
        PyIrt(python, priors="vague", seed=1)(split, epochs=1, check_every=1, patience=1)
    assert not has_py_irt(python)


def test_failing_py_irt_ends_the_script_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = stand_in(tmp_path, prints="out of memory", fails=True)
    baselines = "gap_core.simulation.player_model_baselines"
    monkeypatch.setattr(f"{baselines}.has_py_irt", lambda _: True)
    result = CliRunner().invoke(main, [*SMALL, "--irt-python", python])

    assert result.exit_code == 1
    assert f"Error: py-irt failed under '{python}': out of memory" in result.output
