"""Simulated players and the playtest's report."""

import random

from gap_core.pocket_world import sample_scene
from gap_core.pocket_world.questions import Question
from gap_core.pocket_world.truth import true_answer, wrong_answer
from gap_core.simulation.players import TEMPERS, SimulatedPlayer
from gap_core.simulation.playtest import PlaytestLog, true_precision

SCENE = sample_scene(4, things=2)


def player_of(temper: str) -> SimulatedPlayer:
    return next(
        player
        for player in (SimulatedPlayer(number, seed=1) for number in range(200))
        if player.temper.name == temper
    )


def share_right(player: SimulatedPlayer) -> float:
    """How often a player marks as the truth is, over honest and wrong answers alike."""
    rng, hits = random.Random(1), 0
    for number in range(300):
        question = player.ask(SCENE)
        is_true = number % 2 == 0
        answer = true_answer(SCENE, question) if is_true else wrong_answer(SCENE, question, rng=rng)
        hits += (player.mark(SCENE, question, answer) == "correct") == is_true
    return hits / 300


def test_careful_players_mark_by_the_truth_and_guessers_do_not():
    assert share_right(player_of("careful")) > 0.94
    assert 0.45 < share_right(player_of("guesser")) < 0.75


def test_the_always_wrong_player_always_says_wrong():
    player, question = player_of("always wrong"), Question("weather", (), "weather?")
    marks = {player.mark(SCENE, question, true_answer(SCENE, question)) for _ in range(50)}
    assert marks == {"wrong"}


def test_tempers_are_as_common_as_they_should_be():
    assert sum(temper.share for temper in TEMPERS) == 1
    careful = sum(SimulatedPlayer(n, seed=2).temper.name == "careful" for n in range(1_000))
    assert 340 < careful < 460


def test_the_same_seed_gives_the_same_player():
    first, second = (SimulatedPlayer(7, seed=3) for _ in range(2))
    assert [first.ask(SCENE) for _ in range(5)] == [second.ask(SCENE) for _ in range(5)]
    assert first.nickname == second.nickname


def test_true_precision_counts_answers_that_are_false_of_the_scene():
    question = Question("weather", (), "weather?")
    log = PlaytestLog()
    log.asked["a"] = (SCENE, question, true_answer(SCENE, question))
    log.asked["b"] = (SCENE, question, "It is purple.")
    assert true_precision(log, ["a", "b"])[:3] == (1, 2, 0.5)
