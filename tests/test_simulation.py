"""Simulated players: what they ask and mark, and who comes."""

import random
from collections import Counter
from collections.abc import Sequence
from statistics import mean, median

import pytest

from db.records import Verdict, VerdictCounts
from gap_core.pocket_world import sample_scene
from gap_core.pocket_world.truth import true_answer, wrong_answer
from gap_core.scoring.shares import share_of
from gap_core.simulation.players import COPIED, SimulatedPlayer, is_wrong
from gap_core.simulation.playtest import trap_precision
from gap_core.simulation.tempers import MIXES, TEMPERS

SIMPLE = [sample_scene(seed, things=1 + seed % 2) for seed in range(40)]
EPSILON = 0.04  # of the pocket
CROWDED = [sample_scene(seed, things=6) for seed in range(40)]


def player_of(temper: str, number: int = 0, *, sessions: int = 1) -> SimulatedPlayer:
    player = SimulatedPlayer(number, seed=1, temper=temper)
    for _ in range(sessions):
        player.begin_session()
    return player


def mark_of(player: SimulatedPlayer, scene, *, is_true: bool, rng: random.Random) -> Verdict:
    question = player.ask(scene)
    right = true_answer(scene, question)
    answer = right if is_true else wrong_answer(scene, question, rng=rng)
    return player.mark(scene, question, answer)


def share_right(
    temper: str, scenes: Sequence = SIMPLE, *, sessions: int = 1, place: int = 1
) -> float:
    """How often players of a temper mark as the truth is, over right and wrong answers alike."""
    rng, hits, n = random.Random(1), 0, 600
    players = [player_of(temper, number, sessions=sessions) for number in range(20)]
    for number in range(n):
        player, scene = players[number % 20], scenes[number % len(scenes)]
        player.look_at(scene, place=place, of=10)
        is_true = number // 20 % 2 == 0
        mark = mark_of(player, scene, is_true=is_true, rng=rng)
        hits += (mark == "correct") == is_true
    return hits / n


# By hand: right with care·skill, and half of the time without care, that is for a careful
# player 0.95·0.97 + 0.05/2 = 0.947; a guesser 0.25·0.85 + 0.75/2 = 0.5875; whoever has the buttons
# mixed up 0.95·0.03 + 0.05/2 = 0.054. n = 600, so four standard errors are 0.04 to 0.08.
@pytest.mark.parametrize(
    ("temper", "expected", "reach"),
    [("careful", 0.947, 0.04), ("guesser", 0.5875, 0.08), ("mixed up", 0.054, 0.04)],
)
def test_skill_and_care_say_how_often_a_mark_is_right(temper, expected, reach):
    assert share_right(temper) == pytest.approx(expected, abs=reach)


def test_tired_players_lose_their_care_within_a_session():
    fresh, late = share_right("tired", place=1), share_right("tired", place=10)
    assert fresh > 0.8 and late < fresh - 0.1


@pytest.mark.parametrize(
    ("temper", "marks"),
    [
        ("always wrong", {"wrong"}),
        ("always correct", {"correct"}),
        ("coin bot", {"wrong", "correct"}),
    ],
)
def test_bots_mark_without_looking(temper, marks):
    player, rng = player_of(temper), random.Random(1)
    player.look_at(SIMPLE[0], place=1, of=10)
    assert {mark_of(player, SIMPLE[0], is_true=True, rng=rng) for _ in range(60)} == marks


def test_a_copying_bot_asks_one_and_the_same_everywhere():
    texts = {player_of("copying bot").ask(scene).text for scene in SIMPLE[:5] + CROWDED[:5]}
    assert len(texts) == 1 and texts <= set(COPIED)


def test_cheats_are_careful_on_simple_pictures_and_say_wrong_elsewhere():
    cheat, rng = player_of("cheat"), random.Random(1)
    marks = Counter()
    for scene in CROWDED * 5:
        cheat.look_at(scene, place=1, of=10)
        marks[mark_of(cheat, scene, is_true=True, rng=rng)] += 1
    # A tenth of the pictures they take for traps, and are careful there.
    assert 0.82 < marks["wrong"] / 200 < 0.97
    assert share_right("cheat") > 0.85


def test_late_learners_behave_alike_until_they_have_learnt():
    before = share_right("late learner", CROWDED, sessions=3)
    after = share_right("late learner", CROWDED, sessions=4)
    assert before > 0.9 and after < 0.65


def test_favourite_categories_take_most_questions():
    player = player_of("collector")
    asked = Counter(player.ask(scene).category for scene in CROWDED * 5)
    # 0.7 by taste and what chance adds; the rest goes to the other five of seven categories.
    assert sum(count for _, count in asked.most_common(2)) > 0.65 * 200


def test_players_take_the_time_of_their_temper():
    people = median(player_of("casual", number).thinking_s() for number in range(400))
    bots = median(player_of("coin bot", number).thinking_s() for number in range(400))
    assert people == pytest.approx(8, rel=0.2) and bots == pytest.approx(0.5, rel=0.2)
    assert mean(player_of("casual").reading_s() for _ in range(400)) > 0.8


def test_the_same_seed_gives_the_same_player():
    first, second = (SimulatedPlayer(7, mix="paper", seed=3) for _ in range(2))
    assert [first.ask(SIMPLE[0]) for _ in range(5)] == [second.ask(SIMPLE[0]) for _ in range(5)]
    assert (first.nickname, first.traits, first.sessions) == (
        second.nickname,
        second.traits,
        second.sessions,
    )


@pytest.mark.parametrize("mix", MIXES)
def test_mixes_name_known_tempers_and_make_a_whole(mix):
    assert set(MIXES[mix].shares) <= set(TEMPERS)
    assert sum(MIXES[mix].shares.values()) == pytest.approx(1)


def test_paper_accounts_take_part_as_the_paper_counts():
    n = 8_000
    sessions = [SimulatedPlayer(number, mix="paper", seed=1).sessions or 0 for number in range(n)]
    none, one = sessions.count(0), sessions.count(1)
    for count, share in ((none, 0.6968), (one, 0.2775), (n - none - one, 0.0268)):
        found = share_of(count, n)
        assert found.low - 0.002 < share < found.high + 0.002  # the paper's add up to 1.001


def counts_after_a_session(player: SimulatedPlayer, rng: random.Random) -> VerdictCounts:
    """Five traps among ten pictures, half of the questions answered wrongly, as the game does."""
    counts = Counter()
    player.begin_session()
    for place in sorted(rng.sample(range(1, 11), 5)):
        scene = rng.choice(SIMPLE)
        player.look_at(scene, place=place, of=10)
        for _ in range(4):
            told = rng.random() < 0.5
            is_true = not told and rng.random() >= EPSILON
            mark = mark_of(player, scene, is_true=is_true, rng=rng)
            counts[told, mark] += 1
            if mark == "wrong" or not player.asks_again():
                break
    return VerdictCounts(
        counts[True, "wrong"], counts[True, "correct"],
        counts[False, "wrong"], counts[False, "correct"], 0, 0,
    )  # fmt: skip


def test_paper_players_are_as_u_shaped_as_the_paper_counts():
    rng = random.Random(1)
    players = [SimulatedPlayer(number, mix="paper", seed=2) for number in range(2_000)]
    ends = trap_precision(counts_after_a_session(player, rng) for player in players)
    assert ends.high.n == ends.low.n > 1_900
    assert ends.high.mean == pytest.approx(0.35, abs=0.04)
    assert ends.low.mean == pytest.approx(0.26, abs=0.04)


def test_precision_on_traps_leaves_out_who_never_said_wrong():
    counts = [VerdictCounts(9, 0, 1, 0, 0, 0), VerdictCounts(0, 3, 4, 0, 0, 0)]
    counts += [VerdictCounts(1, 0, 1, 0, 9, 0), VerdictCounts(0, 5, 0, 5, 7, 0)]
    ends = trap_precision(counts)
    assert (ends.high.hits, ends.low.hits, ends.high.n) == (1, 1, 3)


def test_nothing_is_true_or_false_of_a_question_that_the_picture_does_not_answer():
    player = player_of("copying bot")
    unknown = type(player.ask(SIMPLE[0]))("", (), "How old is the painter?")
    assert is_wrong(SIMPLE[0], unknown, "Forty.") is None
