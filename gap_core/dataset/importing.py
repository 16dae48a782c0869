"""From other tools' files to samples. Called by import_dataset.

A record that can't be used is written down with its reason and the rest goes in. The source is
never changed, and the import's folder appears whole or not at all.
"""

import json
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from gap_core.dataset.exporting import PROVENANCE, format_of
from gap_core.dataset.folders import new_folder
from gap_core.dataset.formats import Format
from gap_core.dataset.formats.base import Raw, RawTurn, Refused
from gap_core.dataset.import_pictures import KeptPicture, PictureKeeper, RecordRefusedError
from gap_core.dataset.places import SAMPLES, import_place
from gap_core.dataset.sample import Provenance, Sample, SampleError, checked_sample
from gap_core.dataset.sample_files import read_samples, sample_line
from gap_core.errors import GapError
from gap_core.language import CATEGORIES, category_of
from gap_core.play.text import clean_text

REFUSED = "refused.jsonl"
_LOOK_AHEAD = 1_000  # samples of a provenance file among which a record's own is sought


@dataclass(frozen=True)
class ImportReport:
    """What became of the records.

    Attributes:
        samples: that went in.
        refused: records that did not, by reason; each is in the import's refused.jsonl.
        with_provenance: samples found again in the provenance file beside the data.
    """

    folder: Path
    samples: int
    refused: dict[str, int]
    with_provenance: int


def import_dataset(
    source: Path,
    *,
    format_name: str,
    name: str,
    data_dir: Path,
    pictures: Path | None = None,
    licence: str = "unknown",
    without_pictures: bool = False,
    replace_import: bool = False,
    on_progress: Callable[[int], None] = lambda done: None,
) -> ImportReport:
    """Bring in a file, or all files of an export's folder, as the import of this name.

    Args:
        source: the file or folder.
        format_name: one of FORMATS.
        name: of the import; `build_dataset --imported NAME` takes it up.
        data_dir: where pictures and the import go.
        pictures: the folder that pictures are named in; by default that of the file.
        licence: of the pictures, where the file names none.
        without_pictures: take records whose picture is not at hand, by the picture's name.
        replace_import: put it in the place of an import of that name.
        on_progress: told how many records are done.

    Raises:
        GapError: no such file or format, nothing in it can be used, or the name is taken.
    """
    form = format_of(format_name)
    files = _files(source, form)
    folder = import_place(data_dir, name)
    importer = _Importer(
        name,
        licence=licence,
        keeper=PictureKeeper(
            root=pictures or files[0].parent, data_dir=data_dir, without_pictures=without_pictures
        ),
        known=_KnownSamples(source / PROVENANCE if source.is_dir() else None),
    )
    with new_folder(folder, replace=replace_import) as part:
        written = importer.write(form, files, part, on_progress)
        if not written:
            raise GapError(_nothing_used(source, importer.reasons))
    return ImportReport(folder, written, dict(importer.reasons.most_common()), importer.known.found)


def _files(source: Path, form: Format) -> list[Path]:
    if source.is_file():
        return [source]
    found = [
        file
        for side in ("train", "validation")
        for file in sorted(source.glob(f"*{side}{form.suffix}"))
    ]
    if not found:
        raise GapError(
            f"No file to import at '{source}'. Give a file, or a folder with "
            f"'train{form.suffix}' or 'validation{form.suffix}' in it."
        )
    return found


class _Importer:
    """Makes samples of raw records, and counts what can't be made."""

    def __init__(
        self, name: str, *, licence: str, keeper: PictureKeeper, known: "_KnownSamples"
    ) -> None:
        self._name, self._licence, self._keeper = name, licence, keeper
        self.known = known
        self.reasons: Counter[str] = Counter()
        self._records = 0

    def write(
        self, form: Format, files: list[Path], part: Path, on_progress: Callable[[int], None]
    ) -> int:
        """Write samples and refused records into the folder; how many samples there are."""
        written = 0
        with (
            (part / SAMPLES).open("x", encoding="utf-8", errors="replace") as samples,
            (part / REFUSED).open("x", encoding="utf-8", errors="replace") as refused,
        ):
            for file in files:
                for raw in form.read(file):
                    self._records += 1
                    for made in self._of(raw, f"{form.name} {file.name}:{raw.number}"):
                        if isinstance(made, Sample):
                            samples.write(sample_line(made))
                            written += 1
                        else:
                            self.reasons[made.reason] += 1
                            record = made._asdict() | {"file": str(file)}
                            refused.write(json.dumps(record, ensure_ascii=False) + "\n")
                    on_progress(self._records)
        return written

    def _of(self, raw: Raw | Refused, origin: str) -> Iterator[Sample | Refused]:
        if isinstance(raw, Refused):
            yield raw
            return
        try:
            picture = self._keeper.keep(raw)
        except RecordRefusedError as err:
            yield Refused(raw.number, str(err), raw.shown)
            return
        for place, turn in enumerate(raw.turns, start=1):
            try:
                yield self._sample(raw, turn, place, picture, origin)
            except (RecordRefusedError, SampleError) as err:
                yield Refused(raw.number, str(err), raw.shown)

    def _sample(
        self, raw: Raw, turn: RawTurn, place: int, picture: KeptPicture, origin: str
    ) -> Sample:
        question, answer = _text("question", turn.question), _text("answer", turn.answer)
        found = self.known.find(picture.image_id, question, answer)
        if found is not None:
            told = replace(found, question=question, answer=answer, image_path=picture.path)
            return checked_sample(_as_edited(told, found, raw, origin))
        return checked_sample(
            Sample(
                conversation=f"{self._name}/{self._records}",
                place=place,
                image_id=picture.image_id,
                image_path=picture.path,
                image_name=clean_text(picture.name),
                licence=_text("licence", raw.licence or self._licence),
                question=question,
                answer=answer,
                category=_category(raw.category, question),
                model_answer=None
                if raw.model_answer is None
                else _text("model answer", raw.model_answer),
                provenance=Provenance("import", origin=origin),
            )
        )


def _as_edited(told: Sample, known: Sample, raw: Raw, origin: str) -> Sample:
    """The record of a known sample with whatever somebody changed in it elsewhere.

    An answer of an unknown hand is no expert's; the question's player stays, who may withdraw it.
    """
    licence = known.licence if raw.licence is None else _text("licence", raw.licence)
    category = known.category if raw.category is None else _category(raw.category, told.question)
    said = known.model_answer
    if raw.model_answer is not None:
        said = _text("model answer", raw.model_answer)
    now, once = (
        (told.question, told.answer, said),
        (known.question, known.answer, known.model_answer),
    )
    made = known.provenance
    if any((a or "") != clean_text(b or "") for a, b in zip(now, once, strict=True)):
        made = replace(
            made,
            source="import",
            origin=origin,
            label_id=None,
            labeler=None,
            expert_answer=None,
            refined_by=None,
            labeled_utc=None,
        )
    return replace(told, licence=licence, category=category, model_answer=said, provenance=made)


def _text(what: str, text: object) -> str:
    if not isinstance(text, str):
        raise RecordRefusedError(f"the {what} is no text")
    return clean_text(text)


def _category(given: object, question: str) -> str:
    if isinstance(given, str) and given in CATEGORIES:
        return given
    return category_of(question).category


class _KnownSamples:
    """The samples of an export's provenance file, in whose order its records come.

    Records may have been edited or taken out since: each is sought among the next ones.
    """

    def __init__(self, file: Path | None) -> None:
        self._samples = read_samples(file) if file is not None and file.is_file() else iter(())
        self._next: deque[Sample] = deque()
        self.found = 0

    def find(self, image_id: str, question: str, answer: str) -> Sample | None:
        """The sample that a record was exported from: its picture, and its question or answer."""
        while len(self._next) < _LOOK_AHEAD and (one := next(self._samples, None)) is not None:
            self._next.append(one)
        for ahead, known in enumerate(self._next):
            is_like = question == known.question or answer == known.answer
            if is_like and known.image_id == image_id:
                for _ in range(ahead + 1):
                    self._next.popleft()
                self.found += 1
                return known
        return None


def _nothing_used(source: Path, reasons: Counter[str]) -> str:
    if not reasons:
        return f"There are no records in '{source}'. Is it of another format?"
    reason, count = reasons.most_common(1)[0]
    return (
        f"None of {sum(reasons.values()):,} records of '{source}' can be used; "
        f"{count:,} of them: {reason}. Is it of another format, or are the pictures elsewhere?"
    )
