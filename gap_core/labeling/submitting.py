"""Taking a label and taking it back. Called by the workbench, inside its transaction."""

from datetime import datetime
from typing import NamedTuple

from db import Store
from db.labeling_records import ItemRecord, LabelPass, LabelRecord, LeaseTime
from gap_core.errors import GapError
from gap_core.labeling.accepting import accept, withdraw
from gap_core.labeling.entries import checked_entry, draft_of_label, draft_record
from gap_core.labeling.passes import (
    after_first,
    after_second,
    compare,
    next_pass,
    without_label,
)
from gap_core.labeling.refining import attach
from gap_core.labeling.rules import LabelRules
from gap_core.labeling.serving import is_live
from gap_core.labeling.views import LabelEntry, Submitted

KEY_MAX_CHARS = 100
UNKNOWN = "There is no question of this number. Take the next one."
NOTHING_TO_UNDO = "There is no label of yours to undo."
BUILT_ON = (
    "Somebody else has worked on your last question since, so its label can't be undone. "
    "Tell a reviewer what to change."
)
KEY_USED = "This was sent before for another question. Reload the page and save again."
UNDONE_SINCE = "This label was saved and then undone. Open the question again to save it anew."


class Sent(NamedTuple):
    """A checked entry with the key it came under."""

    entry: LabelEntry
    submission_key: str


def sent_entry(store: Store, entry: LabelEntry, *, key: str, rules: LabelRules) -> Sent:
    """The entry, checked, with its key.

    Raises:
        GapError: the entry lacks something, or the key is empty or too long.
    """
    if not 0 < len(key) <= KEY_MAX_CHARS:
        raise GapError("The submission has no key. Reload the page and save again.")
    categories = store.queue.accepted_by_category()
    return Sent(checked_entry(entry, categories=categories, rules=rules), key)


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
    item = store.queue.get(item_id)
    if item is None:
        raise GapError(UNKNOWN)
    earlier = repeated(store, item_id, account_id=account_id, sent=sent)
    if earlier is not None:
        return earlier
    if item.leased_by != account_id:
        raise GapError(why_lost(item, account_id))
    label_pass = next_pass(item)
    label_id = add_label(
        store, item_id, account_id=account_id, label_pass=label_pass, sent=sent, now=now
    )
    moved = _moved(store, item, label_id, by=account_id, rules=rules)
    store.labels.set_progress(moved)
    store.labels.drop_unfinished(item_id, account_id=account_id)
    accept(store, moved, rules=rules)
    return Submitted(label_id, item_id, was_repeat=False)


def add_label(
    store: Store,
    item_id: int,
    *,
    account_id: str,
    label_pass: LabelPass,
    sent: Sent,
    now: datetime,
) -> int:
    """Append the label, with what was kept of its refinement; its id.

    Raises:
        GapError: the refinement is not one of this answer.
    """
    entry = sent.entry
    label_id = store.labels.add(
        item_id,
        account_id=account_id,
        label_pass=label_pass,
        verdict=entry.verdict,
        answer=entry.answer if entry.verdict == "answer" else None,
        category=entry.category,
        note=entry.note,
        submission_key=sent.submission_key,
        given=now,
    )
    attach(store, label_id, entry=entry, label_pass=label_pass, account_id=account_id)
    return label_id


def _moved(
    store: Store, item: ItemRecord, label_id: int, *, by: str, rules: LabelRules
) -> ItemRecord:
    if item.state == "waiting":
        return after_first(item, label_id=label_id, by=by, second_share=rules.second_share)
    first = None if item.first_label_id is None else store.labels.get(item.first_label_id)
    second = store.labels.get(label_id)
    if first is None or second is None:
        raise ValueError(f"Item {item.id} has no first label to compare with.")
    question = store.labels.asked_turn(item.turn_id).question
    is_agreed = compare(first, second, question=question).is_agreed
    return after_second(item, label_id=label_id, by=by, is_agreed=is_agreed)


def repeated(store: Store, item_id: int, *, account_id: str, sent: Sent) -> Submitted | None:
    """What this key brought about before; None for a new key.

    Raises:
        GapError: it was used for another item, or for a label that was undone since.
    """
    earlier = store.labels.submitted(account_id, submission_key=sent.submission_key)
    if earlier is None:
        return None
    if earlier.item_id != item_id:
        raise GapError(KEY_USED)
    if earlier.is_undone:
        raise GapError(UNDONE_SINCE)
    return Submitted(earlier.id, item_id, was_repeat=True)


def why_lost(item: ItemRecord | None, account_id: str) -> str:
    """Why the item is not open with this account, and what to do."""
    if item is None:
        return UNKNOWN
    if account_id in (item.first_by, item.second_by):
        return (
            "You have labeled this question already, perhaps in another tab. Skip to the next, "
            "or undo that label to change it."
        )
    if item.leased_by is not None:
        return (
            "Your time with this question ran out and somebody else has it open now. "
            "Skip to the next."
        )
    if item.state in ("disputed", "done"):
        return (
            "Your time with this question ran out and somebody else has labeled it. "
            "Skip to the next."
        )
    return (
        "This question is not open with you any more: your time ran out, it was unlocked, or "
        "you opened another in a second tab. Copy what you typed if you need it and skip to "
        "the next."
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
    _check_untouched(item, label, time=rules.lease_time(now))
    withdraw(store, item, rules=rules)
    store.labels.undo(label.id, undone=now)
    store.labels.set_progress(without_label(item, label.id))
    _reopen(store, label, account_id=account_id, rules=rules, now=now)
    return item.id


def _check_untouched(item: ItemRecord, label: LabelRecord, *, time: LeaseTime) -> None:
    decided = item.final_label_id not in (None, item.first_label_id)
    followed = label.id == item.first_label_id and item.second_label_id is not None
    if decided or followed or is_live(item, time):
        raise GapError(BUILT_ON)


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
