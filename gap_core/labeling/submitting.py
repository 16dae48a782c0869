"""Taking a label and taking it back. Called by the workbench, inside its transaction."""

from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from db import Store
from db.labeling_records import ItemRecord, LabelPass, LabelRecord
from gap_core.errors import GapError
from gap_core.labeling.accepting import accept, withdraw
from gap_core.labeling.entries import draft_of_label, draft_record
from gap_core.labeling.rules import LabelRules
from gap_core.labeling.views import LabelEntry, Submitted

UNKNOWN = "There is no question of this number. Take the next one."
NOTHING_TO_UNDO = "There is no label of yours to undo."
KEY_USED = "This was sent before for another question. Reload the page and save again."
UNDONE_SINCE = "This label was saved and then undone. Open the question again to save it anew."


class Sent(NamedTuple):
    """A checked entry with the key it came under."""

    entry: LabelEntry
    submission_key: str


def take_label(
    store: Store,
    item_id: int,
    *,
    account_id: str,
    sent: Sent,
    rules: LabelRules,
    now: datetime,
) -> Submitted:
    """Record the label and move the item on; the same key again changes nothing.

    Raises:
        GapError: the item is not this account's any more, or the key was used otherwise.
    """
    earlier = store.labels.submitted(account_id, submission_key=sent.submission_key)
    item = store.queue.get(item_id)
    if item is None:
        raise GapError(UNKNOWN)
    if earlier is not None:
        return _repeated(earlier, item)
    if item.leased_by != account_id:
        raise GapError(_why_not(store, item, account_id))
    label_pass: LabelPass = "first" if item.state == "waiting" else "second"
    label_id = store.labels.add(
        item_id,
        account_id=account_id,
        label_pass=label_pass,
        verdict=sent.entry.verdict,
        answer=sent.entry.answer if sent.entry.verdict == "answer" else None,
        category=sent.entry.category,
        note=sent.entry.note,
        submission_key=sent.submission_key,
        given=now,
    )
    moved = replace(
        item, state="done", first_label_id=label_id, first_by=account_id, final_label_id=label_id
    )
    store.labels.set_progress(moved)
    accept(store, moved, rules=rules)
    store.labels.drop_unfinished(item_id, account_id=account_id)
    return Submitted(label_id, item_id, moved.state, was_repeat=False)


def _repeated(earlier: LabelRecord, item: ItemRecord) -> Submitted:
    if earlier.item_id != item.id:
        raise GapError(KEY_USED)
    if earlier.is_undone:
        raise GapError(UNDONE_SINCE)
    return Submitted(earlier.id, item.id, item.state, was_repeat=True)


def _why_not(store: Store, item: ItemRecord, account_id: str) -> str:
    if account_id in (item.first_by, item.second_by):
        return "You have labeled this question already. Undo that label to change it."
    if item.leased_by is not None:
        return (
            "Your time with this question ran out and somebody else has it open now. "
            "What you typed is kept; take the next one."
        )
    if item.state in ("disputed", "done"):
        return (
            "Your time with this question ran out and somebody else has labeled it. "
            "Take the next one."
        )
    return (
        "This question is not open with you any more: your time ran out or it was unlocked. "
        "What you typed is kept; take the next one."
    )


def take_back(store: Store, account_id: str, *, rules: LabelRules, now: datetime) -> int:
    """Undo the account's latest label and open its item again with what was typed; its id.

    What the account has open meanwhile is given back, drafts kept.

    Raises:
        GapError: there is none, or somebody has built on it.
    """
    label = store.labels.last_of(account_id)
    item = None if label is None else store.queue.get(label.item_id)
    if label is None or item is None:
        raise GapError(NOTHING_TO_UNDO)
    _check_untouched(item)
    store.labels.undo(label.id, undone=now)
    withdraw(store, item, rules=rules)
    store.labels.set_progress(
        replace(item, state="waiting", first_label_id=None, first_by=None, final_label_id=None)
    )
    _reopen(store, label, account_id=account_id, rules=rules, now=now)
    return item.id


def _check_untouched(item: ItemRecord) -> None:
    if item.leased_by is not None:
        raise GapError(
            "Somebody else has your last question open, so its label can't be undone. "
            "Tell a reviewer what to change."
        )


def _reopen(
    store: Store, label: LabelRecord, *, account_id: str, rules: LabelRules, now: datetime
) -> None:
    held = store.queue.held(account_id)
    if held is not None:
        store.queue.release(held.id, account_id=account_id)
    time = rules.lease_time(now)
    if not store.queue.claim_this(label.item_id, account_id=account_id, time=time):
        raise ValueError(f"Item {label.item_id} could not be opened again after its undo.")
    categories = store.queue.accepted_by_category()
    draft = draft_record(draft_of_label(label), categories=categories, saved=now)
    store.labels.save_draft(label.item_id, account_id=account_id, draft=draft)
