"""How fast synthesis is: many calls in flight against one, and a growing index against refitting.

Called by scripts.bench_synthesis.
"""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix

from db import Store
from gap_core.simulation.author_server import AuthorServer, write_reply
from gap_core.synthesis.config import checked_config
from gap_core.synthesis.near_duplicates import NearDuplicates, words_of
from gap_core.synthesis.report import report_of
from gap_core.synthesis.running import begin_run, run_synthesis
from gap_core.synthesis.starting import open_job

REPEATS = 3
REFITTED_AT = (250, 500, 1_000, 2_000)  # texts, at which the cost of one more is measured
_ASKED = "Write one self-contained text"


@dataclass(frozen=True)
class Throughput:
    """Replies of one block.

    Attributes:
        in_flight: items in the making at once; most_at_once: calls that the server saw together.
    """

    in_flight: int
    replies: int
    seconds: float
    most_at_once: int

    @property
    def replies_per_s(self) -> float:
        """Replies a second."""
        return self.replies / self.seconds


def measure_throughput(
    server: AuthorServer, *, in_flight: int, items: int, seed: int
) -> Throughput:
    """One run of so many texts from nothing, the database on disk."""
    config = checked_config(
        source="text", model=server.model, count=items, in_flight=in_flight, seed=seed, samples=1
    )
    server.most_at_once = 0
    with tempfile.TemporaryDirectory() as folder:
        db = Path(folder) / "bench.db"
        with Store.open(db) as store:
            run = begin_run(store, "bench", config)
        with open_job(config, db=db, data_dir=Path(folder)) as (job, subject_at):
            began = time.monotonic()
            run_synthesis(job, run, subject_at)
            seconds = time.monotonic() - began
        with Store.open(db) as store:
            replies = report_of(store, run).replies
    return Throughput(in_flight, replies, seconds, server.most_at_once)


def documents(count: int, *, seed: int) -> list[str]:
    """Texts as the author server writes them; every tenth is an earlier one with some words new."""
    made: list[str] = []
    rng = np.random.default_rng(seed)
    for number in range(count):
        body = {
            "seed": seed * 1_000_000 + number,
            "messages": [{"role": "user", "content": _ASKED}],
        }
        words = write_reply(body).split()
        if number % 10 == 9:
            earlier = made[int(rng.integers(len(made)))].split()
            kept = rng.random(min(len(words), len(earlier))) < 0.9
            words = [
                one if keep else new for one, new, keep in zip(earlier, words, kept, strict=False)
            ]
        made.append(" ".join(words))
    return made


def time_index(texts: Sequence[str], *, on_text: Callable[[], object]) -> tuple[float, float, int]:
    """Seconds and processor seconds for all texts by the growing index, and how many it refused."""
    index = NearDuplicates()
    began, began_cpu, refused = time.monotonic(), time.process_time(), 0
    for number, text in enumerate(texts):
        refused += index.add(str(number), text) is not None
        on_text()
    return time.monotonic() - began, time.process_time() - began_cpu, refused


def time_refits(texts: Sequence[str]) -> dict[int, float]:
    """Processor seconds that one more text costs where TF-IDF is fitted again, by texts so far.

    Words are counted once and kept, which the published code does not do: only fitting, weighting
    and comparing is timed.
    """
    counted = [words_of(text) for text in texts[: max(REFITTED_AT)]]
    found = {}
    for size in REFITTED_AT:
        if size <= len(counted):
            times = [_timed_refit(counted[:size]) for _ in range(REPEATS)]
            found[size] = float(np.median(times))
    return found


def _timed_refit(counted: Sequence[Counter[str]]) -> float:
    began = time.process_time()
    ids: dict[str, int] = {}
    columns = [ids.setdefault(word, len(ids)) for one in counted for word in one]
    times = np.array([n for one in counted for n in one.values()], dtype=float)
    rows = np.repeat(np.arange(len(counted)), [len(one) for one in counted])
    spread = np.bincount(columns, minlength=len(ids))
    times *= (np.log((1 + len(counted)) / (1 + spread)) + 1)[columns]
    matrix = csr_matrix((times, (rows, columns)))
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    (matrix @ matrix[-1].T).toarray().ravel() / lengths / lengths[-1]
    return time.process_time() - began


def whole_refit_s(refits: dict[int, float], count: int) -> float:
    """Seconds for so many texts, if one more costs in proportion to those there are.

    Extrapolated from the largest measured size.
    """
    size = max(refits)
    return refits[size] / size * count**2 / 2
