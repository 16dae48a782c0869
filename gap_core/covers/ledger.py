"""What a model was asked and replied, a line a call, so that nothing is asked twice.

Called by answering.py and reasoning.py. A kill leaves at most one torn line, which is dropped.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

from db.closing import Closing
from gap_core.errors import GapError
from gap_core.file_lock import held_file


class Told(NamedTuple):
    """One reply.

    Attributes:
        item: task and name of the item.
        step: which of its calls this was.
        result: what came of it, as JSON.
        seconds: that the item waited for it; 0 where a step beside it counts them.
    """

    item: str
    step: str
    result: Any
    seconds: float


class Ledger(Closing):
    """All replies of a run, kept in one file; one process at a time writes to it.

    Use it as a context manager.

    Raises:
        GapError: another process has it, or its lines are none of a ledger.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        busy = f"Another process writes to '{file}'. Wait for it, or end it first."
        with ExitStack() as held:
            held.enter_context(held_file(file.with_suffix(".lock"), busy=busy))
            self._out = held.enter_context(file.open("a+b"))
            self._told: dict[str, dict[str, Told]] = {}
            self._take(self._read_whole_lines())
            self._held = held.pop_all()

    def close(self) -> None:
        """Let others write."""
        self._held.close()

    def _read_whole_lines(self) -> Iterator[Told]:
        self._out.seek(0)
        content = self._out.read()
        whole = content.rfind(b"\n") + 1
        self._out.truncate(whole)
        return _lines_of(content[:whole], self._file)

    def __len__(self) -> int:
        """Replies so far."""
        return sum(map(len, self._told.values()))

    def result(self, item: str, step: str) -> Any:
        """What came of a step; None while it wasn't asked."""
        found = self._told.get(item, {}).get(step)
        return None if found is None else found.result

    def has(self, item: str, step: str) -> bool:
        """Whether this was asked."""
        return step in self._told.get(item, {})

    def seconds(self, item: str) -> float:
        """That the item took so far."""
        return sum(one.seconds for one in self.steps(item))

    def steps(self, item: str) -> list[Told]:
        """All replies on one item, in their order."""
        return list(self._told.get(item, {}).values())

    def add(self, told: Sequence[Told]) -> None:
        """Keep replies, at once."""
        lines = "".join(json.dumps(one._asdict(), ensure_ascii=False) + "\n" for one in told)
        self._out.write(lines.encode())
        self._out.flush()
        self._take(told)

    def _take(self, told: Iterable[Told]) -> None:
        for one in told:
            self._told.setdefault(one.item, {})[one.step] = one


def read_ledger(file: Path) -> list[Told]:
    """All replies in the file of a run, which may be going on; none without a file.

    Raises:
        GapError: its lines are none of a ledger.
    """
    if not file.is_file():
        return []
    content = file.read_bytes()
    return list(_lines_of(content[: content.rfind(b"\n") + 1], file))


def _lines_of(content: bytes, file: Path) -> Iterator[Told]:
    for number, line in enumerate(content.splitlines(), start=1):
        try:
            yield Told(**json.loads(line))
        except (ValueError, TypeError) as err:
            raise GapError(
                f"Line {number} of '{file}' is none of a ledger. Move the file away."
            ) from err
