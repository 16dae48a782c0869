"""A simulated expert at the studio's own door: serves itself from the queue and labels.

Called by the experiments. What the expert knows comes from the truth that simulated play keeps
apart from the game.
"""

import random
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from argon2 import PasswordHasher

from db import Store
from db.labeling_records import QueueOrder
from db.truth_store import TRUTH_FILE, TruthStore, TurnTruth
from gap_core.labeling import Item, LabelEntry, Workbench
from gap_core.labeling.rules import LabelRules
from gap_core.language import category_of
from gap_core.scoring.rates import ModelErrors

NAME, PASSWORD = "Simulated expert", "four words of one expert"
# The account guards nothing: it is alone in a database that an experiment made.
_CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@dataclass(frozen=True)
class Expert:
    """How an expert labels.

    Attributes:
        labels: at most.
        slips: the share of answers that are another question's of the same category.
        theta: questions are served whose posterior is above it.
        seed: of the slips.
        order: in which questions are served.
    """

    labels: int
    slips: float = 0.0
    theta: float = 0.8
    seed: int = 1
    order: QueueOrder = "posterior"


def label_queue(data_dir: Path, expert: Expert, *, errors: ModelErrors) -> dict[str, int]:
    """Label what the queue serves; how often each verdict was given in all.

    Labels that an earlier, killed call gave stay and count.
    """
    rules = LabelRules(second_share=0, theta=expert.theta, errors=errors)
    bench = Workbench(data_dir / "gap.db", data_dir=data_dir, rules=rules, hasher=_CHEAP)
    known = {account.name: account.id for account in bench.accounts()}
    account_id = known.get(NAME) or bench.create_account(NAME, PASSWORD).id
    with TruthStore.open(data_dir / TRUTH_FILE) as truths:
        knows = _Knowledge(truths.turns(), expert)
    with Store.open(data_dir / "gap.db") as store:
        given = Counter(store.labels.given_by(account_id))
        bench.refresh_queue()
        while sum(given.values()) < expert.labels:
            item = bench.next_item(account_id, order=expert.order)
            if item is None:
                break
            found = store.queue.get(item.id)
            entry = knows.entry_for(item, turn_id="" if found is None else found.turn_id)
            bench.submit(item.id, account_id, entry, key=item.submission_key)
            given[entry.verdict] += 1
    return dict(given)


class _Knowledge:
    """What is true of each turn, and the slips that an expert makes."""

    def __init__(self, truths: dict[str, TurnTruth], expert: Expert) -> None:
        self._truths, self._expert = truths, expert
        self._said: dict[str, list[str]] = {}

    def entry_for(self, item: Item, *, turn_id: str) -> LabelEntry:
        """What the expert says of an item."""
        truth = self._truths.get(turn_id)
        if truth is None or truth.truth is None:
            return LabelEntry("unanswerable")
        if not truth.model_erred:
            return LabelEntry("model_right")
        category = item.category or category_of(item.question).category
        return LabelEntry("answer", self._answer(truth, category), category)

    def _answer(self, truth: TurnTruth, category: str) -> str:
        right = truth.truth or ""
        said = self._said.setdefault(category, [])
        others = [answer for answer in said if answer != right]
        said.append(right)
        rng = random.Random(f"slip {self._expert.seed} {truth.turn_id}")
        return rng.choice(others) if others and rng.random() < self._expert.slips else right
