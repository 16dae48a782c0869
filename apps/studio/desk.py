"""The labeler's desk: what is open, what was said, what comes next. Called by the Label page.

Plain functions and one object; nothing of Streamlit is needed to test it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from apps.studio.model_shelf import ModelShelf
from apps.studio.refusals import REFUSALS
from db.labeling_records import LabelVerdict, QueueOrder, RefinementOutcome
from gap_core.labeling import Draft, Item, LabelEntry, QueueCounts, Workbench
from gap_core.labeling.refining import TIDIED, Refinement
from gap_core.language import FactChange
from gap_core.scoring.interval import Interval
from models.errors import ModelError

MARKS: dict[str, str] = {
    "unanswerable": "can't be answered",
    "unclear": "unclear question",
    "offensive": "offensive",
    "off_topic": "not about the picture",
    "model_right": "the model was right",
}
ORDERS: dict[str, str] = {
    "posterior": "surest gaps first",
    "category": "rarest category first",
    "age": "oldest first",
}
NO_REFINER = (
    "Refining does not work just now. Save your answer as it is; an administrator can read why on "
    "the page Accounts."
)
ONLY_TIDIED = "only tidied: the model changed words; Alt+G shows its own"
UNDONE = "Undone: change it and save again."
LARGEST_ID = 2**63 - 1  # the database holds no larger number
Words = dict[str, Any]  # what a browser sent; anything may be in it


@dataclass
class Desk:
    """One account's desk in one browser tab.

    Attributes:
        item: what is open; None where nothing can be served.
        visit: grows with every item shown, so that the browser knows when to begin anew.
        notice: what to tell the labeler, until the next step.
        refinement: what the model made of the answer, if it was asked.
        edited: what the labeler made of that, where it was not taken yet.
        is_kept: the refinement will be saved beside the answer.
        asked: grows with every change of the refinement.
    """

    workbench: Workbench
    account_id: str
    shelf: ModelShelf
    order: QueueOrder = "posterior"
    item: Item | None = None
    visit: int = 0
    notice: str = ""
    refinement: Refinement | None = None
    edited: str = ""
    is_kept: bool = False
    asked: int = 0

    def handle(self, event: str, words: Words) -> None:
        """One thing that the labeler did, as the browser tells it.

        Raises:
            ValueError: the desk has no such event.
        """
        steps = {
            "save": self.save,
            "skip": self.skip,
            "order": self.reorder,
            "refine": self.refine,
            "judge": self.judge,
            "undo": self.undo,
            "look": lambda _words: self.look(),
        }
        if event not in steps:
            raise ValueError(f"The desk knows no event '{event}'.")
        try:
            steps[event](words)
        except REFUSALS as refusal:
            self.notice = str(refusal)

    def look(self) -> None:
        """Show what is open, or open the next."""
        self._put(self.workbench.next_item(self.account_id, order=self.order))

    def reread_draft(self) -> None:
        """Take up the draft as it is kept now, for a page that was left and comes back."""
        if self.item is not None:
            draft = self.workbench.draft_of(self.item.id, self.account_id)
            self.item = replace(self.item, draft=draft)

    def save(self, words: Words) -> None:
        """Record the label and open the next item; a refusal keeps this one and says why."""
        item_id, entry = number_in(words, "item"), entry_of(words)
        self.workbench.submit(item_id, self.account_id, entry, key=str(words.get("key", "")))
        self.look()

    def skip(self, words: Words) -> None:
        """Give the item back with what was typed and open the next."""
        self._keep_draft(words)
        self.workbench.skip(number_in(words, "item"), self.account_id)
        self.look()

    def undo(self, words: Words) -> None:
        """Take back the last label and show its item again; what is open keeps its draft."""
        self._keep_draft(words)
        self._put(self.workbench.undo(self.account_id))
        self.notice = UNDONE

    def reorder(self, words: Words) -> None:
        """Serve in this order from the next item on."""
        if words.get("order") in ORDERS:
            self.order = cast(QueueOrder, words["order"])
        self.notice = ""

    def refine(self, words: Words) -> None:
        """Ask the language model for a refinement of what is typed.

        Why there is none tells of this machine, so only administrators read it.
        """
        self._refined(None)
        text = str(words.get("text", ""))
        try:
            proposed = self.workbench.propose_refinement(
                number_in(words, "item"), self.account_id, text, self.shelf.refiner()
            )
        except ModelError as err:
            self.shelf.refine_trouble, self.notice = str(err), NO_REFINER
        else:
            self.shelf.refine_trouble = ""
            self._refined(proposed)

    def judge(self, words: Words) -> None:
        """Accept, edit or reject the refinement; a refusal leaves it open and says why."""
        outcome, edited = str(words.get("outcome", "")), str(words.get("edited", ""))
        self.edited = edited if outcome == "edited" else ""
        self.notice, self.asked = "", self.asked + 1
        kept = self.workbench.decide_refinement(
            number_in(words, "refinement"),
            self.account_id,
            cast(RefinementOutcome, outcome),
            text=edited,
            despite_changes=words.get("sure") is True,
        )
        self._refined(kept, is_kept=kept is not None)

    def _refined(self, refinement: Refinement | None, *, is_kept: bool = False) -> None:
        self.refinement, self.is_kept = refinement, is_kept
        self.edited, self.notice, self.asked = "", "", self.asked + 1

    def shown(self) -> Words:
        """What the browser gets; its words are shown as text only."""
        if self.visit == 0:
            self.look()
        counts = self.workbench.queue_counts(self.account_id)
        return {
            "item": None if self.item is None else self._item_words(self.item),
            "reason": counts.reason,
            "counts": counts_line(counts),
            "notice": self.notice,
            "is_good": self.notice == UNDONE,
            "asked": self.asked,
            "refinement": self._refinement_words(),
            "order": self.order,
            "orders": [{"value": value, "words": words} for value, words in ORDERS.items()],
            "categories": list(self.workbench.categories()),
            "marks": [{"value": value, "words": words} for value, words in MARKS.items()],
        }

    def _keep_draft(self, words: Words) -> None:
        # It comes with the event: sent apart, it could arrive when the item is given back.
        if words.get("is_touched") is True:
            item_id = number_in(words, "item")
            self.workbench.save_draft(item_id, self.account_id, draft_from(words))

    def _put(self, item: Item | None) -> None:
        self.item = item
        self.visit += 1
        self._refined(None)

    def _refinement_words(self) -> Words | None:
        found = self.refinement
        if found is None:
            return None
        return {
            "id": found.id,
            "text": found.text,
            "model": ONLY_TIDIED if found.model == TIDIED else f"by {found.model}",
            "is_safe": found.is_safe,
            "is_kept": self.is_kept,
            "edited": self.edited,
            "diff": [{"kind": part.kind, "words": part.text} for part in found.diff],
            "changes": change_lines(found.changes),
        }

    def _item_words(self, item: Item) -> Words:
        draft = item.draft or Draft()
        verdict = draft.verdict or "answer"
        return {
            "id": item.id,
            "visit": f"{self.visit} {item.submission_key}",
            "key": item.submission_key,
            "picture": f"/picture/{item.image_id}",
            "question": item.question,
            "answer": item.answer,
            "verdict": verdict_line(item.posterior, model=item.model, adapter=item.adapter),
            "suggested": "suggested" if item.category else "",
            "draft": {
                "text": draft.answer if verdict == "answer" else draft.note,
                "category": draft.category or item.category or "",
                "verdict": verdict,
                "is_kept": item.draft is not None,
            },
        }


def entry_of(words: Words) -> LabelEntry:
    """What the fields hold: an answer, or a mark with a note."""
    verdict = cast(LabelVerdict, str(words.get("verdict", "")))
    text, category = str(words.get("text", "")), str(words.get("category", "")) or None
    if verdict == "answer":
        refinement_id = number_in(words, "refinement") or None
        return LabelEntry(verdict, text, category, refinement_id=refinement_id)
    return LabelEntry(verdict, category=category, note=text)


def draft_from(words: Words) -> Draft:
    """The same, unfinished."""
    entry = entry_of(words)
    return Draft(entry.verdict, entry.answer, entry.category, entry.note)


def verdict_line(posterior: Interval | None, *, model: str, adapter: str | None) -> str:
    """Why the item is here, in a line."""
    said_by = f"{model} with {adapter}" if adapter else model
    if posterior is None:
        return f"{said_by} · a player marked it Wrong"
    low, high = f"{posterior.low:.0%}", f"{posterior.high:.0%}"
    return (
        f"{said_by} · a player marked it Wrong · "
        f"{posterior.mean:.0%} likely to be wrong [{low}, {high}]"
    )


def counts_line(counts: QueueCounts) -> str:
    """The queue in a line."""
    parts = [
        (counts.servable, "to label"),
        (counts.skipped, "skipped by you"),
        (counts.with_others, "with others"),
        (counts.own_waiting, "waiting for a second label"),
        (counts.disputed, "for a reviewer"),
        (counts.labeled, "labeled by you"),
    ]
    return " · ".join(f"{n:,} {words}" for n, words in parts if n or words == "to label")


def change_lines(changes: Sequence[FactChange]) -> list[str]:
    """The changed facts, a line each.

    A fact that is said of something else now reads the same before and after: it stands in the
    list only where nothing else tells what changed.
    """
    telling = [one for one in changes if one.before != one.after]
    if telling or not changes:
        return [change_line(one) for one in telling]
    return [f"{one.kind}: {one.before}, said of something else" for one in changes]


def change_line(change: FactChange) -> str:
    """A changed fact in a line."""
    return f"{change.kind}: {change.before or 'nothing'} → {change.after or 'nothing'}"


def number_in(words: Words, name: str) -> int:
    """The item or refinement that a browser names; 0, which is nobody's, for nonsense."""
    named = words.get(name)
    return named if type(named) is int and 0 < named <= LARGEST_ID else 0
