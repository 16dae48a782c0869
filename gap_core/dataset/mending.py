"""Imported samples that somebody mended; what came in stays as it came, beside it.

Called by places, when an import is read, and by the studio.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gap_core.dataset.sample import Sample, checked_sample, is_replay
from gap_core.errors import GapError
from gap_core.play.text import clean_text

FILE = "mended.jsonl"  # in the folder of imports; the last line of a sample counts
NOTE = ", mended here"


def is_imported(sample: Sample) -> bool:
    """Whether it came out of a file, so that it can be mended here."""
    came_in = sample.provenance.origin is not None or sample.provenance.source == "game"
    return came_in and not is_replay(sample)


def mend_sample(
    sample: Sample,
    *,
    answer: str,
    category: str,
    imports: Path,
    mended_by: str,
    question: str | None = None,
) -> Sample:
    """Have the sample read with these words from now on; the mended one.

    Args:
        sample: as it is in the import.
        answer: what is right; empty leaves the sample out.
        category: one of the thirteen.
        imports: the folder of imports.
        mended_by: who did it.
        question: in the place of the one that was asked, which is kept beside it; None leaves it.

    Raises:
        GapError: it doesn't come from an import, the question is empty, a text is too long, the
            category unknown, or nothing can be written.
    """
    if not is_imported(sample):
        raise GapError(f"Sample '{sample.id}' comes from no file. Make its dataset again instead.")
    mended = checked_sample(
        replace(
            _asked_so(sample, sample.question if question is None else clean_text(question)),
            answer=clean_text(answer),
            category=category,
        )
    )
    if not mended.question and sample.question:
        raise GapError("The question is empty. Type what should be asked, or leave the sample out.")
    asked = {"question": mended.question, "question_before": sample.question}
    line = {
        "key": _key(sample),
        "answer": mended.answer,
        **(asked if mended.question != sample.question else {}),
        "category": category,
        "mended_by": mended_by,
        "mended_utc": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    try:
        imports.mkdir(parents=True, exist_ok=True)
        with (imports / FILE).open("a", encoding="utf-8", errors="replace") as lines:
            lines.write(json.dumps(line, ensure_ascii=False) + "\n")
    except OSError as err:
        raise GapError(f"'{imports}' can't be written ({err.strerror}). Free some space.") from err
    return mended


def with_mended(samples: Iterable[Sample], *, imports: Path) -> Iterator[Sample]:
    """The samples as they were mended, without those that were taken out."""
    mended = _read(imports / FILE)
    for sample in samples:
        found = _as_mended(sample, mended) if mended else sample
        if found is not None:
            yield found


def _as_mended(sample: Sample, mended: Mapping[str, dict[str, Any]]) -> Sample | None:
    """The sample's last words; what was mended may have been mended again."""
    seen: set[str] = set()
    while (key := _key(sample)) in mended and key not in seen:
        seen.add(key)
        if not mended[key]["answer"]:
            return None
        origin = (sample.provenance.origin or "").removesuffix(NOTE) + NOTE
        sample = replace(
            _asked_so(sample, mended[key].get("question", sample.question)),
            answer=mended[key]["answer"],
            category=mended[key]["category"],
            provenance=replace(sample.provenance, origin=origin),
        )
    return sample


def _asked_so(sample: Sample, question: str) -> Sample:
    """The sample with this question; the model's words answer only the one that it was asked."""
    if question == sample.question:
        return sample
    return replace(sample, question=question, model_answer=None)


def is_mended(sample: Sample, *, imports: Path) -> bool:
    """Whether somebody mended it since; one that was read mended is another sample."""
    return _key(sample) in _read(imports / FILE)


def _read(file: Path) -> dict[str, dict[str, Any]]:
    """What was mended last, by sample; a last line that is being written is left out."""
    try:
        lines = file.read_text(encoding="utf-8").split("\n")[:-1]
    except FileNotFoundError:
        return {}
    return {record["key"]: record for record in map(json.loads, lines)}


def _key(sample: Sample) -> str:
    """Of the sample's words: another import's sample of the same number is another one."""
    words = [sample.id, sample.image_id, sample.question, sample.answer]
    return hashlib.sha256(json.dumps(words).encode()).hexdigest()
