"""What experts type, cleaned and checked. Called by the workbench before anything is stored."""

from collections.abc import Collection
from datetime import datetime

from db.labeling_records import LABEL_VERDICTS, DraftRecord, LabelRecord
from gap_core.errors import GapError
from gap_core.labeling.rules import LabelRules
from gap_core.labeling.views import Draft, LabelEntry
from gap_core.play.text import clean_text, storable_text

DRAFT_MAX_CHARS = 4000  # of each text: more was pasted by mistake


def checked_entry(
    entry: LabelEntry, *, categories: Collection[str], rules: LabelRules
) -> LabelEntry:
    """The entry with its texts cleaned.

    Raises:
        GapError: what is missing, too much or unknown.
    """
    if entry.verdict not in LABEL_VERDICTS:
        raise GapError(f"Verdict '{entry.verdict}' is none of {', '.join(LABEL_VERDICTS)}.")
    answer, note = clean_text(entry.answer), clean_text(entry.note)
    _check_length("Answer", answer, rules.answer_max_chars)
    _check_length("Note", note, rules.note_max_chars)
    if entry.category is not None and entry.category not in categories:
        raise GapError(f"Category '{entry.category}' is not one of the {len(categories)}.")
    if entry.verdict != "answer":
        if answer:
            raise GapError(
                "There is an answer, but the question is marked as one without. "
                "Clear the answer, or save it as an answer."
            )
        if entry.refinement_id is not None:
            raise GapError("There is no answer that a refinement could be of. Save it without.")
        return LabelEntry(entry.verdict, "", entry.category, note)
    if not answer:
        raise GapError("The answer is empty. Type what is right, or say why there is no answer.")
    if entry.category is None:
        raise GapError("The category is missing. Choose one.")
    return LabelEntry("answer", answer, entry.category, note, entry.refinement_id)


def _check_length(what: str, text: str, max_chars: int) -> None:
    if len(text) > max_chars:
        raise GapError(f"{what} is {len(text):,} characters; the limit is {max_chars}. Shorten it.")


def draft_record(draft: Draft, *, categories: Collection[str], saved: datetime) -> DraftRecord:
    """The draft as it is kept: as typed, only storable; what is no choice counts as not chosen."""
    return DraftRecord(
        verdict=draft.verdict if draft.verdict in LABEL_VERDICTS else "",
        answer=storable_text(draft.answer)[:DRAFT_MAX_CHARS],
        category=draft.category if draft.category in categories else None,
        note=storable_text(draft.note)[:DRAFT_MAX_CHARS],
        saved_utc=saved,
    )


def draft_of_record(record: DraftRecord) -> Draft:
    """The draft as it was typed."""
    verdict = next((known for known in LABEL_VERDICTS if known == record.verdict), None)
    return Draft(verdict, record.answer, record.category, record.note)


def draft_of_label(label: LabelRecord) -> Draft:
    """A label that was taken back, to be mended."""
    return Draft(label.verdict, label.answer or "", label.category, label.note)
