# The detector of players who know the traps: its bound, its power, and what it can't see.
import numpy as np
import pytest

from gap_core.scoring.counts import CountTables
from gap_core.scoring.learners import is_learner, untainted_surprise
from gap_core.scoring.population import FALSE_ALARM, HIT, Population, fit_population
from gap_core.simulation.populations import POPULATIONS, sample_crowd
from gap_core.simulation.replica import Played, World, play_sessions


def everybody_at(h: float, f: float, *, error_rate: float) -> Population:
    weights = np.full(len(HIT), 1e-30)
    weights[np.argmin((HIT - h) ** 2 + (FALSE_ALARM - f) ** 2)] = 1.0
    return Population(weights, error_rate)


def played(population: str, *, sessions: int, players: int = 2000) -> tuple[np.ndarray, Played]:
    rng = np.random.default_rng(3)
    crowd = sample_crowd(POPULATIONS[population], players=players, rng=rng)
    return crowd.kinds, play_sessions(crowd, World(0.2), sessions=sessions, rng=rng)


def test_surprise_of_a_table_worked_by_hand() -> None:
    # One known player: the untainted verdicts' likelihood is w**2 (1 - w), against B(3, 2) = 1/12.
    population = everybody_at(0.9, 0.1, error_rate=0.5)
    w = 0.5 * HIT[np.argmax(population.weights)] + 0.5 * FALSE_ALARM[np.argmax(population.weights)]
    surprise = untainted_surprise(population, np.array([[3, 1, 0, 4, 2, 1]]))
    assert surprise == pytest.approx(np.log(1 / 12) - np.log(w**2 * (1 - w)))


def test_no_untainted_verdicts_surprise_nobody() -> None:
    population = everybody_at(0.9, 0.1, error_rate=0.5)
    assert untainted_surprise(population, np.array([[5, 0, 0, 5, 0, 0]])) == pytest.approx(0)


def test_careful_on_traps_and_wrong_on_everything_else_is_found() -> None:
    population = everybody_at(0.9, 0.1, error_rate=0.2)
    rows = np.array([[15, 1, 1, 15, 15, 0], [15, 1, 1, 15, 4, 11]])
    assert is_learner(population, rows).tolist() == [True, False]


@pytest.mark.parametrize("population", ["u_shape", "honest", "bots"])
def test_players_who_behave_alike_are_seldom_doubted(population: str) -> None:
    _, game = played(population, sessions=3)
    fitted = fit_population(CountTables.of(game.counts))
    assert is_learner(fitted, game.counts).mean() < 0.01


def test_hasty_learners_are_found_after_ten_sessions() -> None:
    kinds, game = played("learners", sessions=10)
    doubted = is_learner(fit_population(CountTables.of(game.counts)), game.counts)
    assert doubted[kinds == "hasty learner"].mean() > 0.9
    assert doubted[kinds == "careful"].mean() < 0.02
