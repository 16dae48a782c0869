"""What follows from a final label, and from taking it back. Called inside transactions.

Where a final label goes back into scoring: an answer says that the model was wrong (M=0), "the
model was right" that it was right (M=1), both about a turn the player marked Wrong. Each becomes a
checked sample of that player, so the joint posterior of theirs moves at once, with every question
of theirs that waits, and the error rate of the model at the next fit. Both kinds count: with the
false alarms alone, posteriors would sink. The other verdicts say nothing of M.
"""

from db import Store
from db.labeling_records import ItemRecord, LabelVerdict
from gap_core.labeling.queue_filling import queue_estimator, set_trust
from gap_core.labeling.rules import LabelRules
from gap_core.scoring.posterior import DEFAULT_ESTIMATOR

MODEL_WAS_RIGHT: dict[LabelVerdict, bool] = {"answer": False, "model_right": True}


def accept(store: Store, item: ItemRecord, *, rules: LabelRules) -> None:
    """Count the item's final label, if it has one."""
    label = None if item.final_label_id is None else store.labels.get(item.final_label_id)
    if label is None:
        return
    if label.verdict == "answer" and label.category is not None:
        store.labels.count_accepted(label.category, change=1)
    if label.verdict in MODEL_WAS_RIGHT:
        store.checked.add(
            item.turn_id,
            player_id=item.player_id,
            model_was_right=MODEL_WAS_RIGHT[label.verdict],
            label_id=label.id,
        )
        _score_again(store, item.player_id, rules)


def withdraw(store: Store, item: ItemRecord, *, rules: LabelRules) -> None:
    """Count the item's final label no longer, if it has one; the item as before the change."""
    label = None if item.final_label_id is None else store.labels.get(item.final_label_id)
    if label is None:
        return
    if label.verdict == "answer" and label.category is not None:
        store.labels.count_accepted(label.category, change=-1)
    if store.checked.remove(item.turn_id):
        _score_again(store, item.player_id, rules)


def _score_again(store: Store, player_id: str, rules: LabelRules) -> None:
    if rules.estimator == DEFAULT_ESTIMATOR:  # the others know nothing of checked samples
        set_trust(store, queue_estimator(store, rules), [player_id], rules=rules)
