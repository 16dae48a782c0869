"""Who comes when in weeks of many accounts, and a session from start to end. Called by replaying.

A visit is a generator: it does a step at the game's own door, then says how many simulated
seconds pass until its next. Steps of many visits are thus taken in the order of one clock.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from random import Random
from typing import NamedTuple

from db.records import Verdict
from gap_core.play import Game
from gap_core.play.views import GameView, RoundView
from gap_core.pocket_world import Scene
from gap_core.pocket_world.questions import CATEGORY_OF_FORM, Question
from gap_core.pocket_world.truth import true_answer, wrong_answer
from gap_core.simulation.clock import SimulatedClock
from gap_core.simulation.players import SimulatedPlayer, is_simple
from gap_core.simulation.tempers import MIXES
from models.prompts import WRONG

POPULATION = "paper"
DAYS, DAY_S = 7, 86400
NIGHT_H = 4  # nobody comes then, and twice the mean twelve hours later
ERRS = 0.325  # of honest answers on crowded pictures, as measured of the pocket
ANSWER_S = 1.0
PATIENCE_S = 5.0  # after the time for a picture is over
UNKNOWN = "Nothing tells."

Steps = Generator[float, None, None]


class Planned(NamedTuple):
    """A session that an account will begin, seconds after the first Monday's midnight."""

    at_s: float
    account: int


def planned_visits(accounts: int, *, weeks: int, seed: int) -> list[Planned]:
    """Everybody's sessions in the order in which they begin.

    How many accounts play how often a week is as in the paper; when is our own: spread over seven
    days, over the hours of a day as a cosine.

    Source: GAP paper, appendix A.1 (participation).
    """
    shares = MIXES[POPULATION].sessions
    planned = []
    for account in range(accounts):
        rng = random.Random(f"visits {seed} {account}")
        for week in range(weeks):
            (sessions,) = rng.choices(list(shares), list(shares.values()))
            for _ in range(sessions):
                day = week * DAYS + rng.randrange(DAYS)
                planned.append(Planned(day * DAY_S + _time_of_day_s(rng), account))
    return sorted(planned)


def _time_of_day_s(rng: random.Random) -> float:
    while True:
        at = rng.random()
        if 2 * rng.random() < 1 - math.cos(2 * math.pi * (at - NIGHT_H / 24)):
            return at * DAY_S


def nickname_of(account: int) -> str:
    """The nickname by which an account is known again after a break."""
    return f"account {account}"


@dataclass(frozen=True)
class Visits:
    """What all visits share.

    Attributes:
        game: whose functions are called.
        clock: that the game reads.
        scenes: what is true of the pictures, by the name of their file.
        seed: of players and answers.
        on_verdict: told the seconds that each verdict took, to its end with the next view.
    """

    game: Game
    clock: SimulatedClock
    scenes: Mapping[str, Scene]
    seed: int
    on_verdict: Callable[[float], object]

    def session(self, player_id: str, account: int) -> Steps:
        """Play the account's open session, or a new one."""
        who = SimulatedPlayer(account, mix=POPULATION, seed=self.seed)
        rng = random.Random(f"answers {self.seed} {account}")
        who.begin_session()
        view, seen = self.game.start_session(player_id), 0
        while (shown := _shown(view)) is not None and not (seen and who.leaves()):
            seen += 1
            view = yield from self._picture(player_id, view, shown, who, rng)

    def _picture(
        self, player_id: str, view: GameView, shown: RoundView, who: SimulatedPlayer, rng: Random
    ) -> Generator[float, None, GameView]:
        picture = self.game.picture_path(player_id, round_token=shown.token)
        scene, place = self.scenes[picture.stem], view.session.place if view.session else 1
        who.look_at(scene, place=place, of=self.game.rules.images_per_session)
        is_done = False
        left = shown
        while left.token == shown.token:
            thinking_s = who.thinking_s()
            if is_done or thinking_s >= left.seconds_left or not left.questions_left:
                yield left.seconds_left + PATIENCE_S
                view = self.game.view(player_id)
            else:
                yield thinking_s
                left_s = left.seconds_left - thinking_s
                view = yield from self._turn(player_id, left, left_s, scene, who, rng)
                is_done = not who.asks_again()
            now_shown = _shown(view)
            if now_shown is None:
                break
            left = now_shown
        return view

    def _turn(
        self,
        player_id: str,
        shown: RoundView,
        left_s: float,
        scene: Scene,
        who: SimulatedPlayer,
        rng: Random,
    ) -> Generator[float, None, GameView]:
        """Ask, have it answered, mark; where a break left an answer unmarked, only mark it."""
        waiting = [turn for turn in shown.turns if turn.verdict is None]
        if waiting:
            return self._timed_verdict(player_id, waiting[-1].turn_id, "correct")
        question = who.ask(scene)
        turn = self.game.open_turn(player_id, round_token=shown.token, question=question.text)
        yield ANSWER_S
        answer = _answer(scene, question, is_told_wrong=turn.system == WRONG, rng=rng)
        self.game.finish_turn(
            turn.turn_id,
            answer=answer,
            tokens=len(answer.split()),
            latency_s=ANSWER_S,
            first_word_s=ANSWER_S / 2,
        )
        reading_s = who.reading_s()
        yield reading_s
        if reading_s >= left_s:
            return self.game.view(player_id)
        return self._timed_verdict(player_id, turn.turn_id, who.mark(scene, question, answer))

    def _timed_verdict(self, player_id: str, turn_id: str, mark: Verdict) -> GameView:
        began = time.perf_counter()
        view = self.game.give_verdict(player_id, turn_id=turn_id, verdict=mark)
        self.on_verdict(time.perf_counter() - began)
        return view


def _shown(view: GameView) -> RoundView | None:
    return None if view.session is None else view.session.round


def _answer(scene: Scene, question: Question, *, is_told_wrong: bool, rng: Random) -> str:
    """As a model that costs nothing and does as it is told; on crowded pictures it errs."""
    if question.form not in CATEGORY_OF_FORM:
        return UNKNOWN
    errs = is_told_wrong or (not is_simple(scene) and rng.random() < ERRS)
    if errs:
        return wrong_answer(scene, question, rng=rng)
    return true_answer(scene, question)
