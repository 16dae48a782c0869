"""Files of samples, one JSON object a line. Called by building, import and export.

They are written, read, and sorted by picture without being held in memory.
"""

import heapq
import json
from collections.abc import Iterable, Iterator
from itertools import groupby, islice
from pathlib import Path

from gap_core.dataset.sample import Sample, SampleError, record_of, sample_of
from gap_core.errors import GapError

_CHUNK = 4_000  # samples sorted in memory at a time
_MOST_OPEN = 64  # files merged at a time
MOST_TOGETHER = 5_000  # samples of one picture that are looked at together


def sample_line(sample: Sample) -> str:
    """The sample as one line of JSON."""
    return json.dumps(record_of(sample), ensure_ascii=False) + "\n"


def write_samples(samples: Iterable[Sample], file: Path) -> int:
    """Write samples to a new file; how many there were."""
    written = 0
    with file.open("x", encoding="utf-8", errors="replace", newline="\n") as lines:
        for sample in samples:
            lines.write(sample_line(sample))
            written += 1
    return written


def read_samples(file: Path) -> Iterator[Sample]:
    """The samples of a file that this project wrote.

    Raises:
        GapError: a line is no sample; files of other makes are for import_dataset.
    """
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                yield sample_of(json.loads(line))
            except (ValueError, SampleError) as err:
                raise GapError(
                    f"Line {number} of '{file}' is no sample ({err}). Make the dataset again."
                ) from err


def sort_samples(samples: Iterable[Sample], file: Path) -> int:
    """Write the samples to a new file, those of one picture together; how many there were.

    Memory holds some thousand samples, however many there are.
    """
    chunks = iter(samples)
    runs: list[Path] = []
    while chunk := sorted(islice(chunks, _CHUNK), key=_place):
        runs.append(file.with_name(f"{file.name}.run{len(runs)}"))
        write_samples(chunk, runs[-1])
    made = len(runs)
    while len(runs) > _MOST_OPEN:
        merged = file.with_name(f"{file.name}.run{made}")
        made += 1
        _merge(runs[:_MOST_OPEN], merged)
        runs = [*runs[_MOST_OPEN:], merged]
    return _merge(runs, file)


def _merge(runs: list[Path], file: Path) -> int:
    written = write_samples(heapq.merge(*map(read_samples, runs), key=_place), file)
    for run in runs:
        run.unlink()
    return written


def _place(sample: Sample) -> tuple[str, str, int]:
    return sample.image_id, sample.conversation, sample.place


def by_picture(samples: Iterable[Sample]) -> Iterator[list[Sample]]:
    """Sorted samples, picture by picture; a picture with very many comes in several parts."""
    for _, together in groupby(samples, key=lambda sample: sample.image_id):
        while part := list(islice(together, MOST_TOGETHER)):
            yield part
