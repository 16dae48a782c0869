"""The folder of a demonstration: a playtest of simulated players, most of it labeled already.

Called by scripts/serve_demo.py. The rest of the queue waits for people.
"""

import secrets
import shutil
from datetime import datetime, timedelta
from math import ceil
from pathlib import Path

from db import Store
from db.truth_store import TRUTH_FILE
from gap_core.errors import GapError
from gap_core.experiments import parts
from gap_core.experiments.expert import Expert, label_queue
from gap_core.experiments.parts import Playtest
from gap_core.labeling import Account, Workbench
from gap_core.labeling.rules import LabelRules
from gap_core.settings import deck_for
from models.base import VisionModel
from models.measured import read_measured
from models.registry import DEFAULT_MODEL, load_model

PRESENTER = "presenter"
# Whose players' questions are served; lower than elsewhere, for simulated players play one session.
SERVED_FROM = 0.7
MOST_PLAYS = 3
PICTURES = (100, 200)  # traps and others
SHOWN_ROUNDS = 3  # on the wall and the attract screen
PLAYED_WITHIN = timedelta(days=3)


def fill_demo(
    playtest: Playtest, folder: Path, *, players: int, left: int, seed: int, now: datetime
) -> str:
    """Make the folder, whole or not at all; the password of its administrator.

    Args:
        playtest: whole sessions through the game's handlers.
        folder: must not be there yet.
        players: simulated, careful ones, one session each.
        left: questions of the queue that nobody has labeled; more than so many are found.
        seed: of players and labels.
        now: until which rounds count as just played.

    Raises:
        GapError: time and again too few are found, as where nobody's "Wrong" is believed.
    """
    part, model = folder.with_name(folder.name + ".part"), load_model(DEFAULT_MODEL)
    rules = LabelRules(theta=SERVED_FROM, errors=parts.model_errors(DEFAULT_MODEL))
    for _ in range(MOST_PLAYS):
        _play(playtest, model, part, players=players, seed=seed)
        bench = Workbench(part / parts.DB, data_dir=part, rules=rules)
        password = secrets.token_urlsafe(9)
        presenter = bench.create_account(PRESENTER, password, "administrator")
        if (found := _served(bench, presenter)) > left:
            break
    else:
        shutil.rmtree(part)
        raise GapError(
            f"Each of {MOST_PLAYS} playtests of {players} simulated players found too little to "
            f"label, the last one {found}, where more than {left} are wanted. Let more play: "
            f"--players {max(100, 2 * players)}"
        )
    _label_most(part, bench, presenter, left=left, seed=seed)
    _show_some(part, now=now)
    (part / TRUTH_FILE).unlink()  # nobody shall look the answers up
    part.rename(folder)
    return password


def _play(playtest: Playtest, model: VisionModel, folder: Path, *, players: int, seed: int) -> None:
    """A playtest from nothing. What is a trap is drawn anew, and with it who is believed."""
    shutil.rmtree(folder, ignore_errors=True)  # also of one that was killed
    playtest(
        model,
        folder=folder,
        population="honest",
        players=players,
        sessions=1,
        seed=seed,
        pictures=PICTURES,
        deck=deck_for(DEFAULT_MODEL),
        world=None,
        errors=read_measured(DEFAULT_MODEL),
        keeps_truth=True,
        evening=0,
    )


def _served(bench: Workbench, account: Account) -> int:
    """How many questions the account could be served now."""
    bench.refresh_queue()
    return bench.queue_counts(account.id).servable


def _label_most(
    folder: Path, bench: Workbench, presenter: Account, *, left: int, seed: int
) -> None:
    """Let a simulated expert label until no more are left.

    What the expert says moves what is believed of the players, and with it what is served: so it
    goes in steps of half of what is too many.
    """
    given = wanted = 0
    while given == wanted and (too_many := _served(bench, presenter) - left) > 0:
        wanted = given + ceil(too_many / 2)
        expert = Expert(labels=wanted, theta=SERVED_FROM, seed=seed, order="age")
        given = sum(label_queue(folder, expert, errors=bench.rules.errors).values())


def _show_some(folder: Path, *, now: datetime) -> None:
    """Choose a few rounds for everybody's eyes; simulated players ask nothing that offends."""
    with Store.open(folder / parts.DB) as store:
        found = store.highlights.candidates(since=now - PLAYED_WITHIN, limit=SHOWN_ROUNDS)
        for one in found:
            store.highlights.choose(one.turn_id, token=secrets.token_urlsafe(12), now=now)
