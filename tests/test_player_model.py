# The player interaction model finds what turns were drawn from, and refuses what it can't use.
from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gap_core.errors import GapError
from gap_core.scoring.player_model import NEW, PlayerModel, Scores, mean_sigmoid
from gap_core.scoring.player_model_fit import fit_player_model
from gap_core.scoring.player_turns import SessionShape, Turns
from gap_core.simulation.simulated_turns import SimulatedTurns, TrueParameters, draw_turns


@pytest.fixture(scope="module")
def drawn() -> SimulatedTurns:
    return draw_turns(60_000, players=1500, images=300, seed=1)


@pytest.fixture(scope="module")
def model(drawn: SimulatedTurns) -> PlayerModel:
    return fit_player_model(drawn.turns)


def turns_of(player: list[int], revealed: list[int], *, players: int, images: int = 2) -> Turns:
    """Turns at 10 s, on images and places in rotation."""
    count = np.arange(len(player))
    return Turns(
        player=np.array(player),
        image=count % images,
        time_s=np.full(len(player), 10.0),
        place=count % 10 + 1,
        revealed=np.array(revealed),
        players=players,
        images=images,
    )


@pytest.mark.parametrize("name", ["alpha", "beta", "tau", "gamma", "fatigue_rate"])
def test_fit_recovers_each_parameter_within_three_standard_errors(
    model: PlayerModel, name: str
) -> None:
    estimate, true = getattr(model, name), getattr(TrueParameters(), name)

    assert model.has_converged
    assert abs(estimate.value - true) < 3 * estimate.se
    assert estimate.se < 0.35 * true


def test_fit_recovers_scores(drawn: SimulatedTurns, model: PlayerModel) -> None:
    assert np.corrcoef(model.ability.value, drawn.ability)[0, 1] > 0.9
    assert np.corrcoef(model.difficulty.value, drawn.difficulty)[0, 1] > 0.97
    assert model.ability.value.mean() == pytest.approx(0.5, abs=0.02)
    assert model.difficulty.sd == pytest.approx(1 / 6, abs=0.005)


def test_intervals_of_scores_hold_the_truth_as_often_as_they_say(
    drawn: SimulatedTurns, model: PlayerModel
) -> None:
    for scores, true in ((model.ability, drawn.ability), (model.difficulty, drawn.difficulty)):
        off = np.abs(scores.value - scores.mean - (true - true.mean()))
        assert 0.93 < (off < 1.96 * scores.se).mean() < 0.97


def test_fitted_chances_are_near_the_true_ones(drawn: SimulatedTurns, model: PlayerModel) -> None:
    off = model.predict_turns(drawn.turns) - drawn.chance

    assert abs(off.mean()) < 0.005
    assert np.sqrt((off**2).mean()) < 0.08


def test_intervals_of_parameters_cover_the_truth_in_many_simulations() -> None:
    truth, held = TrueParameters(), []
    for seed in range(100):
        model = fit_player_model(draw_turns(8000, players=400, images=100, seed=seed).turns)
        off = [getattr(model, name).value - value for name, value in vars(truth).items()]
        se = [getattr(model, name).se for name in vars(truth)]
        held.append(np.abs(off) < 1.96 * np.array(se))

    cover = dict(zip(vars(truth), np.mean(held, axis=0), strict=True))
    # A hundred simulations: 0.95 comes out between 0.88 and 1 in 998 of a thousand.
    assert min(cover.values()) >= 0.86, cover


def test_equation_19_of_a_case_worked_by_hand(model: PlayerModel) -> None:
    fatigue = 1 - np.exp(-model.fatigue_rate.value * 0.4)
    by_hand = (
        model.alpha.value * 0.5
        - model.beta.value * 0.25
        + model.tau.value * 0.75
        - model.gamma.value * fatigue
    )
    logit = model.logit(
        ability=np.array([0.5]),
        difficulty=np.array([0.25]),
        time_s=np.array([30.0]),
        place=np.array([5]),
    )
    assert logit == pytest.approx(by_hand)


def test_player_with_every_question_right_stays_within_one() -> None:
    right = [1] * 40 + [0, 1, 0, 0] * 10
    model = fit_player_model(turns_of([0] * 40 + [1] * 40, right, players=2))

    assert model.has_converged
    assert model.ability.value[1] < model.ability.value[0] <= 1
    assert np.isfinite([model.alpha.value, model.beta.value, model.alpha.se]).all()


@pytest.mark.parametrize("seed", range(10))
def test_fit_of_a_few_players_comes_to_an_end(seed: int) -> None:
    # Spreads and variances chased one another for ever while each went all the way at a sweep.
    model = fit_player_model(draw_turns(150, players=15, images=12, seed=seed).turns)

    assert model.has_converged
    assert 0.1 < model.alpha.value * model.ability.sd < 3


@pytest.mark.parametrize("outcome", [0, 1])
def test_turns_that_all_end_alike_have_a_finite_fit(outcome: int) -> None:
    model = fit_player_model(turns_of([0, 1, 2] * 10, [outcome] * 30, players=3))

    chance = model.predict_turns(turns_of([0], [0], players=3))
    assert np.isfinite(chance).all()
    assert (chance > 0.8) == bool(outcome)


def test_one_turn_is_enough_for_a_fit() -> None:
    model = fit_player_model(turns_of([0], [1], players=1))

    assert 0 < model.ability.value[0] <= 1
    assert np.isfinite(model.tau.se)


def test_image_and_player_without_turns_have_the_mean() -> None:
    turns = replace(turns_of([0, 1] * 20, [1, 0, 1, 1] * 10, players=3), images=3)
    model = fit_player_model(turns)

    assert model.ability.value[2] == pytest.approx(model.ability.mean)
    assert model.difficulty.value[2] == pytest.approx(model.difficulty.mean)
    assert model.difficulty.se[2] == pytest.approx(model.difficulty.sd, rel=0.01)


def test_new_player_is_predicted_like_one_without_turns() -> None:
    turns = replace(turns_of([0, 1] * 20, [1, 0, 1, 1] * 10, players=3), images=3)
    model = fit_player_model(turns)
    at = {"time_s": np.array([5.0]), "place": np.array([1])}

    seen = model.predict(player=np.array([2]), image=np.array([2]), **at)
    new = model.predict(player=np.array([NEW]), image=np.array([NEW]), **at)
    assert new == pytest.approx(seen, abs=1e-3)


def test_parameters_stay_above_zero_where_nothing_depends_on_them() -> None:
    # Here slow and late turns succeed: the opposite of what the model allows.
    simulated = draw_turns(5000, players=50, images=50, seed=3).turns
    late = (simulated.place > 5) & (simulated.time_s > 30)
    model = fit_player_model(replace(simulated, revealed=late))

    assert model.tau.value > 0
    assert model.gamma.value > 0
    assert model.has_converged


def test_time_above_the_limit_counts_as_the_limit() -> None:
    turns = turns_of([0, 1] * 20, [1, 0, 1, 1] * 10, players=2)
    at_limit = np.where(np.arange(40) % 3 == 0, 120.0, turns.time_s)
    above = np.where(at_limit == 120.0, 500.0, at_limit)

    first = fit_player_model(replace(turns, time_s=at_limit))
    assert first.tau == fit_player_model(replace(turns, time_s=above)).tau


def test_no_turns_are_refused_in_words_for_a_person() -> None:
    with pytest.raises(GapError, match="no turns"):
        turns_of([], [], players=3)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("player", np.array([0, 2])),
        ("image", np.array([-1, 0])),
        ("place", np.array([0, 1])),
        ("place", np.array([1, 11])),
        ("time_s", np.array([1.0, -1.0])),
        ("time_s", np.array([1.0, np.nan])),
        ("revealed", np.array([0, 2])),
        ("revealed", np.array([0])),
    ],
)
def test_turns_that_no_session_can_bring_about_are_refused(field: str, value: np.ndarray) -> None:
    turns = turns_of([0, 1], [0, 1], players=2)
    with pytest.raises(ValueError, match=rf"{field}|entry a turn"):
        replace(turns, **{field: value})


def test_selected_turns_are_right_as_often_as_the_threshold_says(
    drawn: SimulatedTurns, model: PlayerModel
) -> None:
    selected = model.select_turns(drawn.turns, threshold=0.8)

    assert 0.2 < selected.mean() < 0.8
    assert drawn.turns.revealed[selected].mean() > 0.85


def test_ability_moves_by_rate_times_surprise_and_stays_within_one(model: PlayerModel) -> None:
    sure = Scores(np.array([0.5, 0.99]), np.full(2, 0.1), mean=0.5, sd=1 / 6)
    model = replace(model, ability=sure)
    session = turns_of([0] * 4 + [1] * 4, [1, 1, 0, 1] * 2, players=2)
    logit = model.logit(
        ability=np.full(4, 0.5),
        difficulty=model.difficulty.value[session.image[:4]],
        time_s=session.time_s[:4],
        place=session.place[:4],
    )

    moved = model.after_session(session, rate=0.2).ability.value
    assert moved[0] == pytest.approx(0.5 + 0.2 * (0.75 - (1 / (1 + np.exp(-logit))).mean()))
    assert model.after_session(replace(session, revealed=np.ones(8)), rate=9).ability.value[1] == 1


def test_ability_of_who_has_not_played_stays(model: PlayerModel, drawn: SimulatedTurns) -> None:
    session = replace(turns_of([0] * 5, [1] * 5, players=1), players=1500)

    moved = model.after_session(session).ability.value
    assert moved[0] != model.ability.value[0]
    assert (moved[1:] == model.ability.value[1:]).all()


def test_online_updates_bring_a_player_who_got_better_nearer_the_truth() -> None:
    turns = draw_turns(40_000, players=1000, images=100, seed=5).turns
    model = fit_player_model(turns)
    players, target = np.arange(1000), 0.8
    rng, moved = np.random.default_rng(6), model
    for _ in range(10):
        image, place = rng.integers(100, size=(10, 1000)), np.arange(1, 11)
        session = replace(
            turns,
            player=np.tile(players, 10),
            image=image.ravel(),
            time_s=np.full(10_000, 30.0),
            place=np.repeat(place, 1000),
            revealed=np.zeros(10_000),
        )
        logit = model.logit(
            ability=np.full(10_000, target),
            difficulty=model.difficulty.value[session.image],
            time_s=session.time_s,
            place=session.place,
        )
        right = rng.random(10_000) < 1 / (1 + np.exp(-logit))
        moved = moved.after_session(replace(session, revealed=right), rate=0.2)
    before = np.abs(model.ability.value - target).mean()
    assert np.abs(moved.ability.value - target).mean() < before / 2


def test_rate_that_is_not_above_zero_is_refused(model: PlayerModel) -> None:
    with pytest.raises(ValueError, match="above 0"):
        model.after_session(turns_of([0], [1], players=1), rate=0)


def test_mean_sigmoid_is_near_the_integral() -> None:
    points, weights = np.polynomial.hermite_e.hermegauss(60)
    logit, variance = np.meshgrid([-3.0, -1.0, 0.0, 0.5, 2.0], [0.0, 0.3, 1.0, 2.0])
    nodes = logit[..., None] + np.sqrt(variance)[..., None] * points
    exact = (weights / weights.sum() / (1 + np.exp(-nodes))).sum(axis=-1)

    assert np.abs(mean_sigmoid(logit, variance)[0] - exact).max() < 0.006


def test_fatigue_starts_at_zero_and_time_left_ends_there() -> None:
    shape = SessionShape()
    assert shape.session_share(np.array([1]))[0] == 0
    assert shape.time_left(np.array([0.0, 60.0, 120.0, 130.0])).tolist() == [1, 0.5, 0, 0]
