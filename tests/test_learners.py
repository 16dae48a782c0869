# The detector of players who know the traps: its bound, its power, and what it can't see.
import numpy as np
import pytest

from gap_core.scoring.counts import CountTables
from gap_core.scoring.learners import NEVER, Doubts, SessionMarks, doubts_of, trusted_rows
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


def in_one_session(rows: np.ndarray) -> SessionMarks:
    return SessionMarks(np.arange(len(rows)), rows[:, 4:6])


def doubts_in(game: Played) -> Doubts:
    fitted = fit_population(CountTables.of(game.counts))
    return doubts_of(fitted, game.counts, game.sessions)


def share_at(population: Population) -> float:
    """Of Wrong on untainted pictures, where everybody stands."""
    place, pi = np.argmax(population.weights), population.error_rate
    return pi * HIT[place] + (1 - pi) * FALSE_ALARM[place]


def test_surprise_of_a_table_worked_by_hand() -> None:
    # One known player: the untainted verdicts' likelihood is w**2 (1 - w), against B(3, 2) = 1/12.
    population = everybody_at(0.9, 0.1, error_rate=0.5)
    rows, w = np.array([[3, 1, 0, 4, 2, 1, 0, 0]]), share_at(population)
    found = doubts_of(population, rows, in_one_session(rows))
    assert found.surprise == pytest.approx(np.log(1 / 12) - np.log(w**2 * (1 - w)), rel=1e-4)


def test_surprise_of_two_sessions_worked_by_hand() -> None:
    # A change at the first session has a prior of 3/4 (1 Wrong, 2 Correct in all), one at the
    # second 1/4 (1 Wrong there).
    population = everybody_at(0.9, 0.1, error_rate=0.5)
    rows, w = np.array([[3, 1, 0, 4, 1, 2, 0, 0]]), share_at(population)
    sessions = SessionMarks(np.array([0, 0]), np.array([[0, 2], [1, 0]]))
    expected = 3 / 4 * (1 / 12) / (w * (1 - w) ** 2) + 1 / 4 * (1 / 2) / w
    assert doubts_of(population, rows, sessions).surprise == pytest.approx(
        np.log(expected), rel=1e-4
    )


def test_no_untainted_verdicts_surprise_nobody() -> None:
    population = everybody_at(0.9, 0.1, error_rate=0.5)
    rows = np.array([[5, 0, 0, 5, 0, 0, 0, 0]] * 2)
    sessions = SessionMarks(np.array([1]), np.array([[0, 0]]))
    found = doubts_of(population, rows, sessions)
    assert found.surprise.tolist() == pytest.approx([0, 0], abs=1e-4)
    assert found.since.tolist() == [NEVER, NEVER]
    nobody = SessionMarks(np.empty(0, dtype=int), np.empty((0, 2), dtype=int))
    assert doubts_of(population, rows, nobody).since.tolist() == [NEVER, NEVER]


def test_careful_on_traps_and_wrong_on_everything_else_is_found() -> None:
    population = everybody_at(0.9, 0.1, error_rate=0.2)
    rows = np.array([[15, 1, 1, 15, 15, 0, 0, 0], [15, 1, 1, 15, 4, 11, 0, 0]])
    assert doubts_of(population, rows, in_one_session(rows)).since.tolist() == [0, NEVER]


def test_only_what_came_after_the_change_is_dropped() -> None:
    # Two sessions like anybody's, then two that mark everything Wrong.
    population = everybody_at(0.9, 0.1, error_rate=0.2)
    rows = np.array([[20, 2, 2, 20, 14, 8, 3, 0], [20, 2, 2, 20, 5, 15, 1, 1]])
    marks = np.array([[2, 4], [1, 4], [5, 0], [6, 0], [2, 8], [3, 7]])
    sessions = SessionMarks(np.array([0, 0, 0, 0, 1, 1]), marks)
    found = doubts_of(population, rows, sessions)

    assert found.since.tolist() == [2, NEVER]
    assert trusted_rows(rows, sessions, found.since).tolist() == [
        [20, 2, 2, 20, 3, 8, 0, 0],
        [20, 2, 2, 20, 5, 15, 1, 1],
    ]


@pytest.mark.parametrize("population", ["u_shape", "honest", "bots"])
def test_players_who_behave_alike_are_seldom_doubted(population: str) -> None:
    _, game = played(population, sessions=3)
    assert (doubts_in(game).since != NEVER).mean() < 0.01


def test_hasty_learners_are_found_after_ten_sessions() -> None:
    kinds, game = played("learners", sessions=10)
    doubted = doubts_in(game).since != NEVER
    assert doubted[kinds == "hasty learner"].mean() > 0.9
    assert doubted[kinds == "careful"].mean() < 0.02


def test_late_learners_are_doubted_from_about_when_they_learnt() -> None:
    kinds, game = played("late_learners", sessions=10)
    since = doubts_in(game).since[kinds == "hasty learner"]
    assert (since != NEVER).mean() > 0.9
    assert np.median(since[since != NEVER]) == 4
    assert (since < 3).mean() < 0.1
