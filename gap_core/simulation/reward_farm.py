"""A farm of bots beside honest players: who is paid after how many sessions. Called by its script.

Everybody plays through the game's own door; only the model is a coin: nobody needs its words, since
honest players see an error with a chance of their own and bots look at nothing.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import numpy as np

from db import Store
from gap_core.play import Game, GameView, ModelLabel
from gap_core.rewards.paid_play import FALSE_PAYMENTS, evidence, is_paid
from gap_core.scoring.shares import Share, share_of
from models.prompts import WRONG

Verdict = Literal["correct", "wrong"]
Strategy = Callable[["Account", str, int, bool], Verdict]  # picture, question, told wrong
FIRST_DAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
LABEL = ModelLabel("simulated", "none", None, "1", 0)
WORDINGS = 60  # that honest players choose from, the first ones far more often
SEES, SEES_FALSELY = 0.9, 0.1


@dataclass
class Clock:
    """Moved by whoever plays."""

    now: datetime = FIRST_DAY

    def __call__(self) -> datetime:
        """The time."""
        return self.now


@dataclass
class Account:
    """Somebody in the game, and what they do."""

    name: str
    kind: str
    dice: random.Random
    player_id: str = ""
    points: list[int] = field(default_factory=list)

    def question(self, number: int) -> str:
        """Honest players ask what others ask too; bots type anything, or all the same."""
        if self.kind == "honest":
            return f"wording {min(WORDINGS, int(self.dice.paretovariate(0.6)))}"
        if self.kind == "one voice":
            return f"the same words {number}"
        return f"{self.dice.random():.12f}"


def _honest(account: Account, _picture: str, _number: int, told_wrong: bool) -> Verdict:
    sees = account.dice.random() < (SEES if told_wrong else SEES_FALSELY)
    return "wrong" if sees else "correct"


def _coin(account: Account, *_shown: object) -> Verdict:
    return "wrong" if account.dice.random() < 0.5 else "correct"


def _voice(_account: Account, picture: str, number: int, _told_wrong: bool) -> Verdict:
    """All of the farm mark the same of the same picture, as if one had told the others."""
    return "wrong" if int(picture[:8], 16) + number & 1 else "correct"


STRATEGIES: Mapping[str, Strategy] = {
    "honest": _honest,
    "coin": _coin,
    "always wrong": lambda *_shown: "wrong",
    "always correct": lambda *_shown: "correct",
    "second wrong": lambda _account, _picture, number, _told: "wrong" if number else "correct",
    "one voice": _voice,
}


@dataclass(frozen=True)
class FarmResult:
    """How many of a kind are paid after each session, and the points of all their sessions."""

    kind: str
    paid: list[Share]
    mean_points: float


def play_farm(
    folder: Path,
    *,
    deck: str,
    accounts: Mapping[str, int],
    sessions: int,
    questions: int,
    seed: int,
    on_session: Callable[[], None] = lambda: None,
) -> list[FarmResult]:
    """Let everybody join and play a session a day; who is paid after each day.

    Args:
        folder: a data folder with a dealt deck and without players.
        deck: its name.
        accounts: how many of each kind of `STRATEGIES`.
        sessions: that each account plays.
        questions: at most about a picture.
        seed: of everything.
        on_session: called after each.
    """
    clock = Clock()
    game = Game(
        folder / "gap.db",
        data_dir=folder,
        secret=seed.to_bytes(32, "big"),
        model=LABEL,
        deck=deck,
        clock=clock,
    )
    farm = [
        Account(f"{kind} {number}", kind, random.Random(f"{seed} {kind} {number}"))
        for kind, count in accounts.items()
        for number in range(count)
    ]
    random.Random(seed).shuffle(farm)
    for account in farm:
        account.player_id = game.join(account.name, consent_version="simulated").id
    paid: dict[str, list[Share]] = {kind: [] for kind in accounts}
    for day in range(sessions):
        clock.now = FIRST_DAY + timedelta(days=day)
        for account in farm:
            account.points.append(_play_session(game, account, clock, questions=questions))
            on_session()
        game.refit_population()
        with Store.open(folder / "gap.db") as store:
            for kind, shares in paid.items():
                own = [one.player_id for one in farm if one.kind == kind]
                hits = sum(is_paid(store.rewards.fresh_marks(one)) for one in own)
                shares.append(share_of(hits, len(own)))
    return [
        FarmResult(
            kind,
            paid[kind],
            float(np.mean([p for one in farm if one.kind == kind for p in one.points])),
        )
        for kind in accounts
    ]


def _play_session(game: Game, account: Account, clock: Clock, *, questions: int) -> int:
    view = game.start_session(account.player_id)
    while view.session is not None and view.session.finished is None:
        view = _play_picture(game, account, clock, view, questions=questions)
    return (
        0
        if view.session is None or view.session.finished is None
        else (view.session.finished.points)
    )


def _play_picture(
    game: Game, account: Account, clock: Clock, view: GameView, *, questions: int
) -> GameView:
    shown = None if view.session is None else view.session.round
    if shown is None:
        return game.view(account.player_id)
    token = shown.token
    picture = game.picture_path(account.player_id, round_token=token).stem
    for number in range(questions):
        turn = game.open_turn(
            account.player_id, round_token=token, question=account.question(number)
        )
        game.finish_turn(turn.turn_id, answer="An answer.", tokens=2, latency_s=0, first_word_s=0)
        mark = STRATEGIES[account.kind](account, picture, number, turn.system == WRONG)
        view = game.give_verdict(account.player_id, turn_id=turn.turn_id, verdict=mark)
        if mark == "wrong":
            return view
    clock.now += timedelta(seconds=game.rules.round_s + game.rules.grace_s + 1)
    return game.view(account.player_id)


def ever_paid(*, farm: int, marks: int, seed: int, by_chance: float = 0.5) -> Share:
    """How many of a farm that stops at the luckiest moment would be paid at some time.

    Each account marks up to `marks` fresh questions without looking, and evidence is looked at
    after every one.
    """
    dice = np.random.default_rng(seed)
    needed = np.array(
        [_fewest(count, farm=farm, by_chance=by_chance) for count in range(1, marks + 1)]
    )
    hits = 0
    for start in range(0, farm, 100_000):
        size = min(100_000, farm - start)
        matched = (dice.random((size, marks)) < by_chance).cumsum(axis=1)
        hits += int((matched >= needed).any(axis=1).sum())
    return share_of(hits, farm)


def _fewest(marked: int, *, farm: int, by_chance: float) -> int:
    """The fewest matches of so many marks that are paid; one more than all where none are."""
    for matched in range(marked + 1):
        if evidence(marked, matched, by_chance=by_chance) >= farm / FALSE_PAYMENTS:
            return matched
    return marked + 1
