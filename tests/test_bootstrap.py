# Intervals and tests over pictures, and the agreement of judges.
import math

import krippendorff
import numpy as np
import pytest

from gap_core.evaluation.bootstrap import mean_figure, paired_difference
from gap_core.evaluation.judge_agreement import _alpha_of_totals, agreement_of

NAN = math.nan


def test_mean_leaves_unscored_answers_out_and_counts_them():
    figure = mean_figure(np.array([1.0, 0.0, NAN, 0.5]), ["a", "b", "b", "c"])
    assert (figure.mean, figure.n, figure.pictures, figure.unscored) == (0.5, 3, 3, 1)
    assert str(figure).endswith("n=3, 1 unscored")


def test_interval_counts_pictures_not_answers():
    # Ten answers on each picture are all alike, so they tell no more than one would.
    alone = np.tile([1.0, 0.0], 10)
    one, ten = (
        mean_figure(np.repeat(alone, times), np.repeat(np.arange(20), times)) for times in (1, 10)
    )
    assert ten.n == 200
    assert (one.interval.low, one.interval.high) == (ten.interval.low, ten.interval.high)


def test_interval_holds_the_true_mean_about_as_often_as_it_says():
    rng, held = np.random.default_rng(3), 0
    for _ in range(200):
        rates = np.repeat(rng.beta(2, 2, 60), 3)  # three answers a picture
        figure = mean_figure((rng.random(180) < rates).astype(float), np.repeat(np.arange(60), 3))
        held += figure.interval.low <= 0.5 <= figure.interval.high
    assert held / 200 > 0.88


def test_scores_all_alike_still_have_an_interval():
    figure = mean_figure(np.zeros(20), list(range(20)))
    assert figure.interval.low == 0 and 0.1 < figure.interval.high < 0.2


@pytest.mark.parametrize("first", [0.0, 0.5, 1.0])
def test_differences_all_alike_still_have_an_interval(first):
    two, many = (
        paired_difference(np.full(n, first), np.full(n, 1.0), range(n)).interval for n in (2, 200)
    )
    assert two.mean == many.mean == 1 - first
    assert two.low < many.low < many.mean and many.low > 0.9 * many.mean - 0.05
    assert two.high <= 1 and many.high - many.mean <= 0.02


def test_few_answers_judged_alike_are_no_perfect_agreement():
    scores = np.arange(200) % 2 * 1.0
    two, many = (
        agreement_of({"a": scores[:n], "b": scores[:n]}, range(n)).pairs[0].alpha for n in (2, 200)
    )
    assert two.mean == many.mean == two.high == 1
    assert two.low < 0.1 and 0.9 < many.low < 1


def test_nothing_scored_and_a_single_picture_have_no_interval():
    assert mean_figure(np.array([NAN]), ["a"]).mean is None
    single = mean_figure(np.array([1.0, 0.0]), ["a", "a"])
    assert (single.mean, single.interval) == (0.5, None)


def test_paired_difference_is_told_from_chance_only_where_there_is_one():
    rng = np.random.default_rng(1)
    before = (rng.random(200) < 0.2).astype(float)
    pictures = list(np.arange(200) // 2)
    same = paired_difference(before, rng.permutation(before), pictures)
    better = paired_difference(before, np.maximum(before, rng.random(200) < 0.3), pictures)
    assert same.interval.low < 0 < same.interval.high and same.p > 0.05
    assert better.interval.low > 0.1 and better.p < 0.001
    swapped = paired_difference(np.maximum(before, 0.0), before, pictures)
    assert (swapped.difference, swapped.p) == (0.0, 1.0)


def test_items_that_only_one_model_has_a_score_for_are_left_out():
    found = paired_difference(np.array([0, NAN, 1]), np.array([1, 1, NAN]), ["a", "b", "c"])
    assert (found.difference, found.n) == (1.0, 1)


def test_alpha_of_two_judges_is_krippendorffs():
    rng = np.random.default_rng(2)
    one = rng.random(50)
    other = np.clip(one + rng.normal(0, 0.2, 50), 0, 1)
    totals = [((one - other) ** 2).sum(), (one + other).sum(), (one**2 + other**2).sum(), 50.0]
    expected = krippendorff.alpha(
        reliability_data=np.array([one, other]), level_of_measurement="interval"
    )
    assert _alpha_of_totals([np.array([t]) for t in totals])[0] == pytest.approx(expected)
    pair = agreement_of({"one": one, "other": other}, list(range(50))).pairs[0]
    assert pair.alpha.mean == pytest.approx(expected)
    assert pair.alpha.low < expected < pair.alpha.high


def test_judges_that_agree_wholly_and_not_at_all():
    half = np.array([0.0, 1.0] * 20)
    agreed = agreement_of({"a": half, "b": half, "c": half}, list(range(40)))
    assert agreed.alpha == 1.0 and len(agreed.pairs) == 3
    opposed = agreement_of({"a": half, "b": 1 - half}, list(range(40))).pairs[0]
    assert opposed.alpha.mean < -0.9 and opposed.apart == 1.0


def test_unscored_answers_play_no_part_in_agreement():
    found = agreement_of({"a": np.array([0.0, 1, NAN]), "b": np.array([0.0, 1, 0])}, "xyz")
    assert (found.n, found.pairs[0].n, found.pairs[0].alpha.mean) == (2, 2, 1.0)
