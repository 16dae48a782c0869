# What experts find of marked answers goes back into scoring: by hand, by fit, and by label.
from __future__ import annotations

import numpy as np
import pytest

from gap_core.labeling import LabelEntry
from gap_core.play.posteriors import refit_population
from gap_core.play.selecting import selected_questions
from gap_core.scoring.counts import CountTables, PlayerCounts
from gap_core.scoring.interval import Interval
from gap_core.scoring.joint import JointEstimator
from gap_core.scoring.learners import SessionMarks, doubts_of
from gap_core.scoring.pooled import pooled_posterior
from gap_core.scoring.population import FALSE_ALARM, HIT, Population, fit_population
from gap_core.scoring.posterior import ESTIMATORS, fit_estimator, posterior_of
from gap_core.scoring.rates import ModelErrors
from tests.fixtures_labeling import Desk
from tests.fixtures_play import START

MARKED = PlayerCounts(2, 1, 1, 2, 3, 1)
GOOD, POOR = 24 * 25 + 2, 12 * 25 + 12  # points of the grid


def of_two_points(counts: PlayerCounts, *, error_rate: float) -> float:
    """The posterior where a player stands at one of two points, as likely at both."""
    weights = np.full(len(HIT), 1e-30)
    weights[[GOOD, POOR]] = 0.5
    found = posterior_of(JointEstimator(Population(weights, error_rate)), counts)
    assert found is not None
    return found.mean


@pytest.mark.parametrize(("found_wrong", "found_right"), [(0, 0), (1, 0), (0, 1), (2, 1)])
def test_checked_mark_weighs_as_worked_by_hand(found_wrong: int, found_right: int) -> None:
    pi = 0.3
    likelihoods, precisions = [], []
    for place in (GOOD, POOR):
        h, f = HIT[place], FALSE_ALARM[place]
        unchecked = 3 - found_wrong - found_right
        wrong, right = (pi * h) ** found_wrong, ((1 - pi) * f) ** found_right
        share = f + pi * (h - f)
        likelihoods.append(
            h**2 * (1 - h) * f * (1 - f) ** 2 * share**unchecked * (1 - share) * wrong * right
        )
        precisions.append(pi * h / (pi * h + (1 - pi) * f))
    expected = np.average(precisions, weights=likelihoods)
    counts = PlayerCounts(2, 1, 1, 2, 3, 1, found_wrong, found_right)
    assert of_two_points(counts, error_rate=pi) == pytest.approx(expected)


@pytest.mark.parametrize("found_wrong", [2, 10, 18])
def test_findings_tell_the_error_rate_where_traps_tell_nothing(found_wrong: int) -> None:
    rows = np.array([[0, 0, 0, 0, 20, 20, found_wrong, 20 - found_wrong]] * 40)
    tables = CountTables.of(rows)
    pooled = pooled_posterior("joint", tables)
    assert pooled is not None and pooled.mean == pytest.approx(found_wrong / 20, abs=0.03)


@pytest.mark.parametrize("checked_share", [0.0, 0.3, 1.0])
def test_error_rate_is_the_same_however_many_were_checked(checked_share: float) -> None:
    # A fit that took checked marks out of the marks would find ever smaller rates.
    rng, h, f, pi = np.random.default_rng(3), 0.8, 0.1, 0.3
    rows = []
    for _ in range(300):
        told, honest = rng.binomial(15, h), rng.binomial(15, f)
        wrong, right = rng.binomial(30, pi * h), rng.binomial(30, (1 - pi) * f)
        found = rng.binomial([wrong, right], checked_share)
        rows.append([told, 15 - told, honest, 15 - honest, wrong + right, 30 - wrong - right])
        rows[-1] += list(found)
    population = fit_population(CountTables.of(np.array(rows)))
    assert population.error_rate == pytest.approx(pi, abs=0.03)
    assert population.error_rate_sd < 0.03


def test_findings_narrow_the_error_rate() -> None:
    def sd(*checked: int) -> float:
        row = [4, 4, 4, 4, 10, 10, *checked]
        return fit_population(CountTables.of(np.array([row] * 50))).error_rate_sd

    assert sd(5, 5) < 0.7 * sd(0, 0)


def test_other_estimators_and_the_learner_check_pass_findings_by() -> None:
    rows = np.array([[5, 1, 2, 4, 6, 3, 0, 0], [3, 3, 3, 3, 4, 4, 0, 0]])
    found = rows + np.array([0, 0, 0, 0, 0, 0, 2, 1])
    for name in ESTIMATORS[:3]:
        plain = fit_estimator(name, CountTables.of(rows)).estimates(rows)
        checked = fit_estimator(name, CountTables.of(found)).estimates(found)
        np.testing.assert_array_equal(plain.mean, checked.mean)
    population = fit_population(CountTables.of(rows))
    sessions = SessionMarks(np.arange(2), rows[:, 4:6])
    surprises = [doubts_of(population, counts, sessions).surprise for counts in (rows, found)]
    np.testing.assert_array_equal(*surprises)


def test_more_findings_than_marks_are_refused() -> None:
    with pytest.raises(ValueError, match="more checked marks"):
        PlayerCounts(0, 0, 0, 0, 1, 0, 1, 1)


def posterior_of_player(desk: Desk, turn_id: str) -> Interval:
    with desk.store() as store:
        context = store.turns.context(turn_id)
        assert context is not None
        selected = selected_questions(store, theta=0.0)
    return next(q.posterior for q in selected if q.player_id == context.player_id)


@pytest.mark.parametrize(
    ("entry", "sign"),
    [
        (LabelEntry("model_right"), -1),
        (LabelEntry("answer", "Two.", "Counting"), 1),
        (LabelEntry("unclear"), 0),
        (LabelEntry("offensive"), 0),
    ],
)
def test_label_moves_its_player_at_once_and_undo_moves_back(
    desk: Desk, ada: str, entry: LabelEntry, sign: int
) -> None:
    item = desk.next(ada)
    (turn,) = desk.rows(f"SELECT turn_id FROM label_items WHERE id = {item.id}")
    before = posterior_of_player(desk, turn["turn_id"])
    desk.submit(item.id, ada, entry)
    after = posterior_of_player(desk, turn["turn_id"])
    assert np.sign(round(after.mean - before.mean, 6)) == sign
    (waiting,) = desk.rows(
        f"""SELECT DISTINCT posterior FROM label_items WHERE state = 'waiting' AND player_id =
        (SELECT player_id FROM label_items WHERE id = {item.id})"""
    )
    assert waiting["posterior"] == pytest.approx(after.mean)
    desk.bench.undo(ada)
    assert posterior_of_player(desk, turn["turn_id"]) == before
    assert desk.rows("SELECT * FROM checked_turns") == []


def test_player_who_was_wrong_falls_below_the_threshold(desk: Desk, ada: str) -> None:
    best = desk.next(ada)
    assert best.posterior is not None
    bench = desk.restarted(theta=best.posterior.mean - 1e-6)
    bench.refresh_queue()
    waiting = "SELECT count(*) AS n FROM label_items WHERE state = 'waiting'"
    assert desk.rows(waiting)[0]["n"] > 1
    desk.submit(best.id, ada, LabelEntry("model_right"))
    assert bench.next_item(ada) is None
    assert "not above" in bench.queue_counts(ada).reason
    assert bench.undo(ada).id == best.id
    bench.skip(best.id, ada)
    assert bench.next_item(ada) is not None


def test_findings_survive_counting_again_and_reach_the_fit(desk: Desk, ada: str) -> None:
    with desk.store() as store:
        refit_population(store, errors=ModelErrors(), now=START, is_forced=True)
        before = store.scores.latest_population()
    for _ in range(12):
        desk.label(ada)
    with desk.store() as store:
        kept = store.scores.all_counts()
        store.scores.recount()
        assert store.scores.all_counts() == kept
        assert sum(counts.checked_model_wrong for counts in kept.values()) == 12
        refit_population(store, errors=ModelErrors(), now=START, is_forced=True)
        after = store.scores.latest_population()
    assert before is not None and after is not None
    assert after.error_rate > before.error_rate + 0.01
