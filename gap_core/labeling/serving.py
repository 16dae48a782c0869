"""Which item an account gets next, and why it may get none. Called by the workbench."""

from datetime import datetime
from pathlib import Path

from db import Store
from db.labeling_records import QUEUE_ORDERS, ItemRecord, LeaseTime, QueueOrder
from gap_core.errors import GapError
from gap_core.labeling.entries import draft_of_record
from gap_core.labeling.queue_filling import fill_queue
from gap_core.labeling.rules import LabelRules
from gap_core.labeling.views import Item, QueueCounts
from gap_core.play.dealing import new_id
from gap_core.scoring.interval import Interval

NOTHING_MARKED = "Nobody has marked an answer Wrong on an ordinary picture yet. Play some sessions."
ALL_DONE = "Everything that can be labeled is labeled. New questions come as people play."


def claim_next(
    store: Store,
    account_id: str,
    *,
    rules: LabelRules,
    now: datetime,
    order: QueueOrder,
    category: str | None,
) -> ItemRecord | None:
    """What the account has open, else the best free item, else what it skipped longest ago.

    Raises:
        GapError: no such order or category.
    """
    if order not in QUEUE_ORDERS:
        raise GapError(f"The queue has no order '{order}'. Choose {', '.join(QUEUE_ORDERS)}.")
    if category is not None and category not in store.queue.accepted_by_category():
        raise GapError(f"There is no category '{category}'. Choose another, or none.")
    time = rules.lease_time(now)
    found = _claim(store, account_id, time=time, order=order, category=category)
    if found is None and fill_queue(store, rules=rules).added:
        found = _claim(store, account_id, time=time, order=order, category=category)
    return found


def _claim(
    store: Store,
    account_id: str,
    *,
    time: LeaseTime,
    order: QueueOrder,
    category: str | None,
) -> ItemRecord | None:
    found = store.queue.hold_on(account_id, time=time)
    found = found or store.queue.claim(account_id, time=time, order=order, category=category)
    found = found or store.queue.claim_skipped(account_id, time=time, category=category)
    # With two windows open the other one may have claimed in between, and one item is all.
    return found or store.queue.hold_on(account_id, time=time)


def item_view(store: Store, item: ItemRecord, *, account_id: str, data_dir: Path) -> Item:
    """The item as a labeler sees it."""
    asked = store.labels.asked_turn(item.turn_id)
    draft = store.labels.draft(item.id, account_id=account_id)
    if item.leased_until_utc is None:
        raise ValueError(f"Item {item.id} is not leased; only leased ones are shown.")
    return Item(
        id=item.id,
        image_id=asked.image_id,
        image_path=data_dir / asked.image_path,
        question=asked.question,
        answer=asked.answer,
        model=asked.model,
        adapter=asked.adapter,
        category=item.category,
        posterior=posterior_of_item(item),
        draft=None if draft is None else draft_of_record(draft),
        submission_key=new_id(),
    )


def posterior_of_item(item: ItemRecord) -> Interval | None:
    """The posterior of the item's player, as last worked out."""
    if item.posterior is None or item.posterior_low is None or item.posterior_high is None:
        return None
    return Interval(item.posterior, item.posterior_low, item.posterior_high)


def is_live(item: ItemRecord, time: LeaseTime) -> bool:
    """Whether somebody has the item open and their time is not over."""
    until = item.leased_until_utc
    return until is not None and time.now < until <= time.longest


def queue_counts(store: Store, account_id: str, *, rules: LabelRules, now: datetime) -> QueueCounts:
    """The queue as this account sees it."""
    states, time = store.queue.state_counts(), rules.lease_time(now)
    others = [
        item
        for item in store.queue.leased()
        if item.leased_by != account_id and item.first_by != account_id and is_live(item, time)
    ]
    own_waiting = store.queue.first_waiting(account_id)
    open_items = states.get("waiting", 0) + states.get("second", 0)
    counts = QueueCounts(
        servable=open_items - own_waiting - len(others),
        skipped=store.queue.skipped(account_id),
        with_others=len(others),
        own_waiting=own_waiting,
        doubted=states.get("doubted", 0),
        disputed=states.get("disputed", 0),
        done=states.get("done", 0),
        labeled=store.labels.count_of(account_id),
        reason="",
    )
    return counts if counts.servable > 0 else _with_reason(counts, sum(states.values()), rules)


def _with_reason(counts: QueueCounts, total: int, rules: LabelRules) -> QueueCounts:
    reasons = [
        (counts.with_others, "Open with other labelers right now: {n}; wait a little."),
        (counts.own_waiting, "With your label, and waiting for somebody else's: {n}."),
        (counts.disputed, "Waiting for a reviewer, because two labels differ: {n}."),
        (
            counts.doubted,
            f"Marked by players whose posterior is not above {rules.theta:g} yet: {{n}}; "
            "more play on traps may lift it.",
        ),
    ]
    if total == 0:
        reason = NOTHING_MARKED
    else:
        said = [words.format(n=f"{n:,}") for n, words in reasons if n]
        reason = " ".join(["Nothing to label for you now.", *said]) if said else ALL_DONE
    return QueueCounts(**vars(counts) | {"reason": reason})
