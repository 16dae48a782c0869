"""Two labels that differ and the reviewer who decides, or mends a final label later.

Called by the workbench.
"""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from db import Store
from db.labeling_records import ItemRecord, LabelRecord
from gap_core.errors import GapError
from gap_core.labeling.accepting import accept, withdraw
from gap_core.labeling.passes import compare
from gap_core.labeling.rules import LabelRules
from gap_core.labeling.submitting import Sent, add_label, repeated
from gap_core.labeling.views import Dispute, LabelEntry, Submitted

OWN = "One of the two labels is yours, so somebody else has to decide."
DECIDED = "This one is decided already. Take the next one."
NOT_DONE = "This question has no final label that could be mended. Label it first."
NOTHING_DECIDED = "There is no decision of yours to undo."
USED_SINCE = "This decision is not the item's last word any more, so it can't be undone."
_MOST_LISTED = 50


def open_disputes(store: Store, account_id: str, *, data_dir: Path) -> list[Dispute]:
    """Items whose two labels differ, oldest first, without those this account labeled."""
    items = store.queue.disputed(besides=account_id, limit=_MOST_LISTED)
    return [_dispute(store, item, data_dir) for item in items]


def _dispute(store: Store, item: ItemRecord, data_dir: Path) -> Dispute:
    asked = store.labels.asked_turn(item.turn_id)
    first, second = labels_of(store, item)
    return Dispute(
        item_id=item.id,
        image_id=asked.image_id,
        image_path=data_dir / asked.image_path,
        question=asked.question,
        answer=asked.answer,
        first=_entry(store, first),
        second=_entry(store, second),
        differs_in=_differs_in(first, second, asked.question),
    )


def labels_of(store: Store, item: ItemRecord) -> tuple[LabelRecord, LabelRecord]:
    """The item's first and second label."""
    if item.first_label_id is None or item.second_label_id is None:
        raise ValueError(f"Item {item.id} has no two labels.")
    first = store.labels.get(item.first_label_id)
    second = store.labels.get(item.second_label_id)
    if first is None or second is None:
        raise ValueError(f"Item {item.id} names a label that is not there.")
    return first, second


def _entry(store: Store, label: LabelRecord) -> LabelEntry:
    refined = store.refinements.of_label(label.id)
    return LabelEntry(
        label.verdict,
        label.answer or "",
        label.category,
        label.note,
        None if refined is None else refined[0],
    )


def _differs_in(first: LabelRecord, second: LabelRecord, question: str) -> tuple[str, ...]:
    found = compare(first, second, question=question)
    differences = (
        ("verdict", not found.same_verdict),
        ("category", found.same_category is False),
        ("answer", found.same_category is not None and found.same_answer is False),
        ("unclear", found.same_category is not None and found.same_answer is None),
    )
    return tuple(what for what, differs in differences if differs)


def decide(
    store: Store,
    item_id: int,
    *,
    account_id: str,
    sent: Sent,
    rules: LabelRules,
    now: datetime,
) -> Submitted:
    """Record the reviewer's label as the item's final one.

    Raises:
        GapError: the reviewer labeled it, or it waits for no decision.
    """
    item = store.queue.get(item_id)
    earlier = repeated(store, item_id, account_id=account_id, sent=sent)
    if earlier is not None:
        return earlier
    if item is None or item.state != "disputed":
        raise GapError(DECIDED)
    if account_id in (item.first_by, item.second_by):
        raise GapError(OWN)
    label_id = add_label(
        store, item_id, account_id=account_id, label_pass="adjudication", sent=sent, now=now
    )
    moved = replace(item, state="done", final_label_id=label_id)
    store.labels.set_progress(moved)
    accept(store, moved, rules=rules)
    return Submitted(label_id, item_id, was_repeat=False)


def mend(
    store: Store,
    item_id: int,
    *,
    account_id: str,
    sent: Sent,
    rules: LabelRules,
    now: datetime,
) -> Submitted:
    """Put the reviewer's label in the place of the item's final one, which is kept.

    Raises:
        GapError: there is no final label, or the reviewer is one of two who labeled the item.
    """
    item = store.queue.get(item_id)
    earlier = repeated(store, item_id, account_id=account_id, sent=sent)
    if earlier is not None:
        return earlier
    if item is None or item.state != "done":
        raise GapError(NOT_DONE)
    if item.second_by is not None and account_id in (item.first_by, item.second_by):
        raise GapError(OWN)
    withdraw(store, item, rules=rules)
    label_id = add_label(
        store, item_id, account_id=account_id, label_pass="adjudication", sent=sent, now=now
    )
    mended = replace(item, final_label_id=label_id)
    store.labels.set_progress(mended)
    accept(store, mended, rules=rules)
    return Submitted(label_id, item_id, was_repeat=False)


def take_back_decision(store: Store, account_id: str, *, rules: LabelRules, now: datetime) -> int:
    """Undo the account's latest decision; the item is as it was before, its id.

    Raises:
        GapError: there is none.
    """
    label = store.labels.last_decision_of(account_id)
    item = None if label is None else store.queue.get(label.item_id)
    if label is None or item is None:
        raise GapError(NOTHING_DECIDED)
    if item.final_label_id != label.id:
        raise GapError(USED_SINCE)
    withdraw(store, item, rules=rules)
    store.labels.undo(label.id, undone=now)
    before = _undecided(store, item)
    store.labels.set_progress(before)
    accept(store, before, rules=rules)
    return item.id


def _undecided(store: Store, item: ItemRecord) -> ItemRecord:
    """The item without its last decision: with the one before, or with its labels alone."""
    earlier = [
        label.id
        for label in store.labels.of_item(item.id)
        if label.label_pass == "adjudication" and not label.is_undone
    ]
    if earlier:
        return replace(item, final_label_id=earlier[-1])
    if item.second_label_id is not None:
        question = store.labels.asked_turn(item.turn_id).question
        if not compare(*labels_of(store, item), question=question).is_agreed:
            return replace(item, state="disputed", final_label_id=None)
    return replace(item, final_label_id=item.first_label_id)
