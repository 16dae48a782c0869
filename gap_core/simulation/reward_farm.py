"""A farm of bots beside honest players: who is paid after how many sessions. Called by its script.

Everybody plays through the game's own door; only the model is a coin: nobody needs its words. Those
who look are simulated players with their own questions about the picture, and see whether an
answer is wrong as well as they can; bots look at nothing.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from db import Store
from db.records import Verdict
from db.reward_store import FreshMarks
from gap_core.decks.deal import POCKET_DECK
from gap_core.play import Game, GameView, ModelLabel, Rules
from gap_core.play.views import SessionView
from gap_core.pocket_world import Scene
from gap_core.rewards.paid_play import FALSE_PAYMENTS, evidence, is_paid
from gap_core.scoring.shares import Share, share_of
from gap_core.simulation.clock import SimulatedClock
from gap_core.simulation.players import SimulatedPlayer, is_simple
from gap_core.simulation.tempers import MIXES, Mix
from gap_core.simulation.visits import CONSENT
from models.measured import AS_TOLD, MeasuredErrors
from models.prompts import WRONG

Strategy = Callable[["Account", str, int], Verdict]  # picture, question's number
FIRST_DAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
LABEL = ModelLabel("simulated", "none", None, "1", 0)
ERRS = 0.3  # how often the model is wrong unasked on ordinary pictures
# Who looks, and from which mix of simulated players they come; a mix of one is a temper.
LOOKING = {
    "honest": MIXES["honest"],
    "guesses traps": Mix({"cheat": 1.0}, sessions={}),
}


@dataclass
class Account:
    """Somebody in the game, and what they do; `who` for those who look at pictures."""

    name: str
    kind: str
    dice: random.Random
    who: SimulatedPlayer | None = None
    player_id: str = ""
    points: list[int] = field(default_factory=list)
    trap_marks: int = 0

    def question(self, number: int, scene: Scene) -> str:
        """About the picture, if they look at it; bots type anything, or all the same."""
        if self.who is not None:
            return self.who.ask(scene).text
        if self.kind == "one voice":
            return f"the same words {number}"
        return f"{self.dice.random():.12f}"

    def mark(self, picture: str, number: int, is_wrong: bool) -> Verdict:
        """Correct or Wrong."""
        if self.who is not None:
            return self.who.judge(is_wrong)
        return BOTS[self.kind](self, picture, number)

    def asks_again(self) -> bool:
        """Whether another question follows one marked Correct; bots make the most of a picture."""
        return self.who is None or self.who.asks_again()


def _coin(account: Account, *_shown: object) -> Verdict:
    return "wrong" if account.dice.random() < 0.5 else "correct"


def _voice(_account: Account, picture: str, number: int) -> Verdict:
    """All of the farm mark the same of the same picture, as if one had told the others."""
    return "wrong" if int(picture[:8], 16) + number & 1 else "correct"


BOTS: Mapping[str, Strategy] = {
    "coin": _coin,
    "always wrong": lambda *_shown: "wrong",
    "always correct": lambda *_shown: "correct",
    "second wrong": lambda _account, _picture, number: "wrong" if number else "correct",
    "one voice": _voice,
}
KINDS = (*LOOKING, *BOTS)


@dataclass(frozen=True)
class FarmResult:
    """How many of a kind are paid after each session.

    Attributes:
        kind: of `KINDS`.
        paid: after each session.
        mean_points: of all their sessions.
        fresh: marks on traps that count for being paid, of all their marks on traps.
    """

    kind: str
    paid: list[Share]
    mean_points: float
    fresh: Share


def play_farm(
    folder: Path,
    *,
    scenes: Mapping[str, Scene],
    accounts: Mapping[str, int],
    sessions: int,
    questions: int,
    seed: int,
    errors: MeasuredErrors = AS_TOLD,
    on_session: Callable[[], None] = lambda: None,
) -> list[FarmResult]:
    """Let everybody join and play a session a day; who is paid after each day.

    Args:
        folder: a data folder with the dealt pocket deck and without players.
        scenes: of its pictures, see `deal_scenes`.
        accounts: how many of each of `KINDS`.
        sessions: that each account plays.
        questions: at most about a picture.
        seed: of everything.
        errors: how often the model does not do on traps as it is told.
        on_session: called after each.
    """
    clock = SimulatedClock(FIRST_DAY)
    game = Game(
        folder / "gap.db",
        data_dir=folder,
        secret=seed.to_bytes(32, "big"),
        model=LABEL,
        deck=POCKET_DECK,
        rules=Rules(**errors._asdict()),
        clock=clock,
    )
    table = FarmTable(game, scenes, clock, errors, questions, random.Random(f"{seed} model"))
    farm = _accounts(accounts, seed=seed)
    for account in farm:
        account.player_id = game.join(account.name, consent_version=CONSENT).id
    paid: dict[str, list[Share]] = {kind: [] for kind in accounts}
    for day in range(sessions):
        clock.now = FIRST_DAY + timedelta(days=day)
        for account in farm:
            account.points.append(table.play_session(account))
            on_session()
        game.refit_population()
        for kind, shares in paid.items():
            marks = _fresh_marks(folder, farm, kind)
            shares.append(share_of(sum(map(is_paid, marks)), len(marks)))
    return [_result(folder, farm, kind, paid[kind]) for kind in accounts]


def _accounts(counts: Mapping[str, int], *, seed: int) -> list[Account]:
    """Everybody, in the order in which they play."""
    farm = [
        Account(
            f"{kind} {number}",
            kind,
            random.Random(f"{seed} {kind} {number}"),
            SimulatedPlayer(number, mix=LOOKING[kind], seed=seed) if kind in LOOKING else None,
        )
        for kind, count in counts.items()
        for number in range(count)
    ]
    random.Random(seed).shuffle(farm)
    return farm


def _fresh_marks(folder: Path, farm: Sequence[Account], kind: str) -> list[FreshMarks]:
    with Store.open(folder / "gap.db") as store:
        return [store.rewards.fresh_marks(one.player_id) for one in farm if one.kind == kind]


def _result(folder: Path, farm: Sequence[Account], kind: str, paid: list[Share]) -> FarmResult:
    own = [one for one in farm if one.kind == kind]
    fresh = sum(marks.marked for marks in _fresh_marks(folder, farm, kind))
    points = float(np.mean([p for one in own for p in one.points]))
    return FarmResult(kind, paid, points, share_of(fresh, sum(one.trap_marks for one in own)))


@dataclass(frozen=True)
class FarmTable:
    """The game with a coin in the model's place, and what is true of its pictures."""

    game: Game
    scenes: Mapping[str, Scene]
    clock: SimulatedClock
    errors: MeasuredErrors
    questions: int
    dice: random.Random

    def play_session(self, account: Account) -> int:
        """A session to its end; its points."""
        view = self.game.start_session(account.player_id)
        if account.who is not None:
            account.who.begin_session()
        while (session := view.session) is not None and session.finished is None:
            view = self._play_picture(account, session)
        return 0 if session is None or session.finished is None else session.finished.points

    def _play_picture(self, account: Account, session: SessionView) -> GameView:
        shown = session.round
        if shown is None:
            return self.game.view(account.player_id)
        picture = self.game.picture_path(account.player_id, round_token=shown.token).stem
        scene = self.scenes[picture]
        if account.who is not None:
            account.who.look_at(scene, place=session.place, of=session.total)
        for number in range(self.questions):
            turn = self.game.open_turn(
                account.player_id,
                round_token=shown.token,
                question=account.question(number, scene),
            )
            self.game.finish_turn(
                turn.turn_id, answer="An answer.", tokens=2, latency_s=0, first_word_s=0
            )
            mark = account.mark(picture, number, self._is_wrong(scene, turn.system == WRONG))
            account.trap_marks += is_simple(scene)
            view = self.game.give_verdict(account.player_id, turn_id=turn.turn_id, verdict=mark)
            if mark == "wrong":
                return view
            if not account.asks_again():
                break
        rules = self.game.rules
        self.clock.advance(rules.round_s + rules.grace_s + 1)
        return self.game.view(account.player_id)

    def _is_wrong(self, scene: Scene, told_wrong: bool) -> bool:
        """What became of an answer: on traps nearly always as the model was told."""
        if not is_simple(scene):
            return self.dice.random() < ERRS
        slips = self.errors.told_right if told_wrong else self.errors.honest_wrong
        return told_wrong != (self.dice.random() < slips)


def ever_paid(*, farm: int, marks: int, seed: int) -> Share:
    """How many of a farm that stops at the luckiest moment would be paid at some time.

    Each account marks up to `marks` fresh questions without looking, and evidence is looked at
    after every one.
    """
    dice = np.random.default_rng(seed)
    needed = np.array([_fewest(count, farm=farm) for count in range(1, marks + 1)])
    hits = 0
    for start in range(0, farm, 100_000):
        size = min(100_000, farm - start)
        matched = (dice.random((size, marks)) < 0.5).cumsum(axis=1)
        hits += int((matched >= needed).any(axis=1).sum())
    return share_of(hits, farm)


def _fewest(marked: int, *, farm: int) -> int:
    """The fewest matches of so many marks that are paid; one more than all where none are."""
    for matched in range(marked + 1):
        if evidence(marked, matched) >= farm / FALSE_PAYMENTS:
            return matched
    return marked + 1
