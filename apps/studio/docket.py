"""The reviewer's docket: two labels that differ, one decision. Called by the Adjudicate page."""

from dataclasses import dataclass
from typing import Any

from apps.studio.desk import MARKS, Words, entry_of
from apps.studio.refusals import REFUSALS
from gap_core.labeling import LabelEntry, Workbench
from gap_core.labeling.views import Dispute
from gap_core.play.dealing import new_id

DIFFERENCES = {
    "verdict": "One gives an answer, the other says why there is none, or the reasons differ.",
    "category": "The categories differ.",
    "answer": "The answers state different facts.",
    "unclear": "It can't be told by itself whether the answers say the same.",
}
UNDONE = "Undone: decide again."
NOTHING = "No two labels differ, or one of the labels is yours: then somebody else decides."


@dataclass
class Docket:
    """One reviewer's docket in one browser tab.

    Attributes:
        put_off: items for later in this tab; they come back once all others are decided.
        key: names the decision that comes next, so that sending it twice decides once.
    """

    workbench: Workbench
    account_id: str
    notice: str = ""
    key: str = ""
    put_off: tuple[int, ...] = ()

    def handle(self, words: Words) -> None:
        """One thing that the reviewer did, as the browser tells it."""
        self.notice = ""
        try:
            self._step(words)
        except REFUSALS as refusal:
            self.notice = str(refusal)

    def _step(self, words: Words) -> None:
        does = words.get("does")
        if does == "undo":
            self.workbench.undo_adjudication(self.account_id)
            self.key, self.notice = "", UNDONE
            return
        dispute = self._dispute(words.get("item"))
        if dispute is None:
            self.notice = "This one is decided already, or not yours to decide. Here is the next."
        elif does == "later":
            self.put_off = (
                *(known for known in self.put_off if known != dispute.item_id),
                dispute.item_id,
            )
            self.key = ""
        else:
            entry = self._entry(does, dispute, words)
            key = str(words.get("key", ""))
            self.workbench.adjudicate(dispute.item_id, self.account_id, entry, key=key)
            self.key = ""

    def _entry(self, does: Any, dispute: Dispute, words: Words) -> LabelEntry:
        if does == "first":
            return dispute.first
        return dispute.second if does == "second" else entry_of(words)

    def _dispute(self, item_id: Any) -> Dispute | None:
        open_ones = self.workbench.adjudications(self.account_id)
        return next((dispute for dispute in open_ones if dispute.item_id == item_id), None)

    def shown(self) -> Words:
        """What the browser gets; its words are shown as text only."""
        disputes = self.workbench.adjudications(self.account_id)
        last = {item_id: place for place, item_id in enumerate(self.put_off)}
        disputes.sort(key=lambda dispute: last.get(dispute.item_id, -1))
        self.key = self.key or new_id()
        return {
            "dispute": self._dispute_words(disputes[0]) if disputes else None,
            "counts": f"{len(disputes)} to decide",
            "reason": NOTHING,
            "notice": self.notice,
            "is_good": self.notice == UNDONE,
            "categories": list(self.workbench.categories()),
            "marks": [{"value": value, "words": words} for value, words in MARKS.items()],
        }

    def _dispute_words(self, dispute: Dispute) -> Words:
        return {
            "id": dispute.item_id,
            "visit": self.key,
            "key": self.key,
            "picture": f"/picture/{dispute.image_id}",
            "question": dispute.question,
            "said": dispute.answer,
            "differs": " ".join(DIFFERENCES[what] for what in dispute.differs_in),
            "first": said_in(dispute.first),
            "first_sorted": sorted_in(dispute.first),
            "second": said_in(dispute.second),
            "second_sorted": sorted_in(dispute.second),
            "category": dispute.first.category or dispute.second.category or "",
        }


def said_in(entry: LabelEntry) -> str:
    """The answer, or why there is none."""
    return entry.answer if entry.verdict == "answer" else f"({MARKS[entry.verdict]})"


def sorted_in(entry: LabelEntry) -> str:
    """Category and note in a line."""
    return " · ".join(words for words in (entry.category, entry.note) if words)
