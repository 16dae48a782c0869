"""First label, second label, dispute, decision: how labels move an item on. Pure rules.

Called by submitting and adjudicating.
"""

import hashlib
from dataclasses import replace
from typing import NamedTuple

from db.labeling_records import ItemRecord, LabelPass, LabelRecord
from gap_core.language import are_equivalent


class Comparison(NamedTuple):
    """How two labels of one item differ.

    Attributes:
        same_verdict: both said the same kind of thing.
        same_category: of two answers; None where they are not both answers.
        same_answer: of two answers, in fact and not in wording; None where that can't be told.
    """

    same_verdict: bool
    same_category: bool | None
    same_answer: bool | None

    @property
    def is_agreed(self) -> bool:
        """Whether nobody has to decide; where it can't be told whether answers agree, one has."""
        if self.same_category is None:
            return self.same_verdict
        return self.same_category and self.same_answer is True


def compare(first: LabelRecord, second: LabelRecord, *, question: str) -> Comparison:
    """How two labels of the item with this question differ."""
    if first.answer is None or second.answer is None:
        return Comparison(first.verdict == second.verdict, None, None)
    return Comparison(
        same_verdict=True,
        same_category=first.category == second.category,
        same_answer=are_equivalent(first.answer, second.answer, question=question),
    )


def wants_second(turn_id: str, *, share: float) -> bool:
    """Whether the item of this turn is one of the share that gets a second label.

    Decided by the turn's id, which nobody who labels ever sees.
    """
    digest = hashlib.sha256(f"second label {turn_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") < share * 2**64


def next_pass(item: ItemRecord) -> LabelPass:
    """Which label an item that is being served gets."""
    return "first" if item.state == "waiting" else "second"


def after_first(item: ItemRecord, *, label_id: int, by: str, second_share: float) -> ItemRecord:
    """The item with its first label: done, or waiting for a second one."""
    labeled = replace(item, first_label_id=label_id, first_by=by)
    if wants_second(item.turn_id, share=second_share):
        return replace(labeled, state="second")
    return replace(labeled, state="done", final_label_id=label_id)


def after_second(item: ItemRecord, *, label_id: int, by: str, is_agreed: bool) -> ItemRecord:
    """The item with its second label: done with the first one, or disputed."""
    labeled = replace(item, second_label_id=label_id, second_by=by)
    if is_agreed:
        return replace(labeled, state="done", final_label_id=item.first_label_id)
    return replace(labeled, state="disputed")


def without_label(item: ItemRecord, label_id: int) -> ItemRecord:
    """The item as it was before this label, its latest."""
    if label_id == item.second_label_id:
        return replace(
            item, state="second", second_label_id=None, second_by=None, final_label_id=None
        )
    return replace(item, state="waiting", first_label_id=None, first_by=None, final_label_id=None)
