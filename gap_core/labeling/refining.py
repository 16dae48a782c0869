"""Refinement: a language model rewrites an expert's answer, a guard compares the facts.

Called by the workbench. The model is asked outside of any transaction; both texts are stored,
whatever is decided.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

from db import Store
from db.labeling_records import ItemRecord, LabelPass, RefinementRecord, WrittenBy
from gap_core.errors import GapError
from gap_core.labeling.rewriting import Answer, Rewriting
from gap_core.labeling.rules import LabelRules
from gap_core.labeling.views import LabelEntry
from gap_core.language import FactChange, changed_facts
from gap_core.play.text import clean_text
from models.base import LanguageModel
from models.refine_prompt import REFINE_VERSION

TIDIED = "tidied"  # in the place of a model's name: no model has a part in it
NOT_OPEN = "This question is not open with you any more. Take the next one."
NO_REFINEMENT = "There is no such refinement of yours. Ask for one again."
TYPED_SINCE = "The answer was changed after it was refined. Refine it again, or save it as typed."
NOT_DECIDED = "The refinement was neither accepted nor edited. Decide on it, or save as typed."

PartKind = Literal["same", "removed", "added"]


class DiffPart(NamedTuple):
    """Some words of a diff."""

    kind: PartKind
    text: str


@dataclass(frozen=True)
class Refinement:
    """What the model made of an answer, beside it.

    Attributes:
        diff: words of both in reading order.
        changes: the facts that differ.
        model: which model wrote it; TIDIED where none did.
    """

    id: int
    before: str
    text: str
    diff: tuple[DiffPart, ...]
    changes: tuple[FactChange, ...]
    model: str

    @property
    def is_safe(self) -> bool:
        """Whether the guard found no changed fact, so that one key may accept it."""
        return not self.changes


def word_diff(before: str, after: str) -> tuple[DiffPart, ...]:
    """What to take out of `before` and to put in to get `after`, word by word."""
    return tuple(_parts(before.split(), after.split()))


def _parts(old: list[str], new: list[str]) -> Iterator[DiffPart]:
    for code, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if code == "equal":
            yield DiffPart("same", " ".join(old[i:j]))
            continue
        if i < j:
            yield DiffPart("removed", " ".join(old[i:j]))
        if k < m:
            yield DiffPart("added", " ".join(new[k:m]))


class Prepared(NamedTuple):
    """An answer about to be refined.

    Attributes:
        again: how often the same words were refined for this account before.
    """

    answer: Answer
    again: int


def prepare(
    store: Store, item_id: int, *, account_id: str, text: str, rules: LabelRules
) -> Prepared:
    """What is to be rewritten.

    Raises:
        GapError: the item isn't open with this account, or the text is empty or too long.
    """
    item = _own_item(store, item_id, account_id)
    before = _checked(text, rules)
    again = store.refinements.count(item_id, account_id=account_id, before_text=before)
    return Prepared(Answer(store.labels.asked_turn(item.turn_id).question, before), again)


def _own_item(store: Store, item_id: int, account_id: str) -> ItemRecord:
    item = store.queue.get(item_id)
    if item is None or item.leased_by != account_id:
        raise GapError(NOT_OPEN)
    return item


def _checked(text: str, rules: LabelRules) -> str:
    cleaned = clean_text(text)
    if not cleaned:
        raise GapError("There is no answer to refine. Type one first.")
    if len(cleaned) > rules.answer_max_chars:
        raise GapError(
            f"Answer is {len(cleaned):,} characters; the limit is {rules.answer_max_chars}. "
            "Shorten it."
        )
    return cleaned


def keep_proposal(
    store: Store,
    item_id: int,
    *,
    account_id: str,
    prepared: Prepared,
    rewriting: Rewriting,
    model: LanguageModel,
    rules: LabelRules,
    now: datetime,
) -> Refinement:
    """Store what came of the answer, with what the guard says of it.

    Raises:
        GapError: the model wrote nothing, or too much.
    """
    after = _proposable(rewriting.text, model=model.name, rules=rules)
    question, before = prepared.answer
    changes = changed_facts(before, after, question=question)
    by_model = not rewriting.is_tidied
    written_by = WrittenBy(
        model=model.name if by_model else TIDIED,
        quantization=model.quantization if by_model else "none",
        adapter=model.adapter if by_model else None,
        prompt_version=REFINE_VERSION,
        temperature=rewriting.ask.temperature if by_model else 0.0,
        seed=rewriting.ask.seed if by_model else 0,
        latency_s=rewriting.latency_s,
    )
    refinement_id = store.refinements.add(
        item_id,
        account_id=account_id,
        before_text=before,
        after_text=after,
        changes=changes,
        written_by=written_by,
        proposed=now,
    )
    return _view(refinement_id, before, after, changes, written_by.model)


def _proposable(text: str, *, model: str, rules: LabelRules) -> str:
    if not text:
        raise GapError(f"'{model}' wrote nothing. Ask again, or save the answer as typed.")
    if len(text) > rules.answer_max_chars:
        raise GapError(
            f"'{model}' wrote {len(text):,} characters; the limit is {rules.answer_max_chars}. "
            "Ask again, or save the answer as typed."
        )
    return text


def _view(
    refinement_id: int, before: str, text: str, changes: tuple[FactChange, ...], model: str
) -> Refinement:
    return Refinement(refinement_id, before, text, word_diff(before, text), changes, model)


class Decision(NamedTuple):
    """What an expert does with a refinement.

    Attributes:
        outcome: "accepted", "edited" (then `text` is what it was made into) or "rejected".
        despite_changes: keep it although a fact differs; never the work of a single key.
    """

    outcome: Literal["accepted", "edited", "rejected"]
    text: str = ""
    despite_changes: bool = False


def decide(
    store: Store,
    refinement_id: int,
    *,
    account_id: str,
    decision: Decision,
    rules: LabelRules,
    now: datetime,
) -> Refinement | None:
    """Record the decision; what is kept, compared with the expert's words, or None if rejected.

    Raises:
        GapError: not this account's, the item is lost, or a fact differs and nobody confirmed it.
    """
    found = store.refinements.get(refinement_id)
    if found is None or found.account_id != account_id:
        raise GapError(NO_REFINEMENT)
    item = _own_item(store, found.item_id, account_id)
    kept = _kept_text(found, decision, rules)
    question = store.labels.asked_turn(item.turn_id).question
    changes = () if kept is None else changed_facts(found.before_text, kept, question=question)
    if changes and not decision.despite_changes:
        raise GapError(f"{told_changes(changes)} Reject it, edit it, or keep it all the same.")
    store.refinements.add_outcome(
        refinement_id,
        outcome=decision.outcome,
        kept_text=kept,
        kept_changes=changes,
        decided=now,
    )
    if kept is None:
        return None
    return _view(refinement_id, found.before_text, kept, changes, found.written_by.model)


def _kept_text(found: RefinementRecord, decision: Decision, rules: LabelRules) -> str | None:
    if decision.outcome == "accepted":
        return found.after_text
    if decision.outcome == "edited":
        return _checked(decision.text, rules)
    if decision.outcome == "rejected":
        return None
    raise GapError("A refinement can be 'accepted', 'edited' or 'rejected' only. Choose one.")


def told_changes(changes: tuple[FactChange, ...]) -> str:
    """What the guard found, in a sentence."""
    return f"The refinement changes facts: {'; '.join(map(_told, changes))}."


def _told(change: FactChange) -> str:
    if not change.before:
        return f"{change.kind} '{change.after}' was added"
    if not change.after:
        return f"{change.kind} '{change.before}' was left out"
    return f"{change.kind} '{change.before}' became '{change.after}'"


def attach(
    store: Store, label_id: int, *, entry: LabelEntry, label_pass: LabelPass, account_id: str
) -> None:
    """Let the label carry what was kept of the entry's refinement, if it names one.

    Raises:
        GapError: not of this item or account, never accepted, or of other words than the answer's.
    """
    label = store.labels.get(label_id)
    if entry.refinement_id is None or label is None:
        return
    found = store.refinements.get(entry.refinement_id)
    if found is None or found.item_id != label.item_id:
        raise GapError(NO_REFINEMENT)
    # A reviewer who takes a labeler's side takes their refinement with it.
    if found.account_id != account_id and label_pass != "adjudication":
        raise GapError(NO_REFINEMENT)
    if found.before_text != label.answer:
        raise GapError(TYPED_SINCE)
    if found.kept_text is None:
        raise GapError(NOT_DECIDED)
    store.refinements.attach(found.id, label_id=label_id, kept_text=found.kept_text)
