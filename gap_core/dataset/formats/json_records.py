"""Records of JSON files, one by one: an array, or an object a line. Called by the formats.

A broken record is refused by itself and reading goes on after it. Memory holds one record.
"""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from gap_core.dataset.formats.base import MOST_RAW_CHARS, Refused, shown
from gap_core.errors import GapError

MOST_RECORD_BYTES = 4 << 20
_BLOCK = 1 << 20
_STRUCTURE = re.compile(rb'["\[\]{},\n]')
_IN_STRING = re.compile(rb'["\\\n]')
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


class Element(NamedTuple):
    """One record's bytes and the line it starts on; it may have been too long to keep whole."""

    number: int
    text: bytes
    is_whole: bool


class JsonRecord(NamedTuple):
    """One record that is JSON."""

    number: int
    value: dict[str, Any]
    shown: str


def write_array(records: Iterable[object], file: Path) -> None:
    """Write a JSON array, an element a line."""
    with file.open("x", encoding="utf-8", errors="replace", newline="\n") as lines:
        before = "["
        for record in records:
            lines.write(f"{before}\n{json.dumps(record, ensure_ascii=False)}")
            before = ","
        lines.write("[]\n" if before == "[" else "\n]\n")


def write_lines(records: Iterable[object], file: Path) -> None:
    """Write an object a line."""
    with file.open("x", encoding="utf-8", errors="replace", newline="\n") as lines:
        for record in records:
            lines.write(json.dumps(record, ensure_ascii=False) + "\n")


def read_records(file: Path) -> Iterator[JsonRecord | Refused]:
    """The objects of a JSON array, or of a file with an object a line.

    Raises:
        GapError: the file can't be read, or is in UTF-16.
    """
    try:
        with file.open("rb") as opened:
            first = _first_byte(opened)
            for element in _elements(opened) if first == b"[" else _lines(opened):
                yield _decoded(element)
    except OSError as err:
        raise GapError(f"'{file}' can't be read ({err.strerror or err}). Give a file.") from err


def _first_byte(opened: BinaryIO) -> bytes:
    """The first byte that is no space; the file is left at its beginning, after a mark."""
    head = opened.read(_BLOCK)
    if head.startswith(_UTF16):
        raise GapError(f"'{opened.name}' is in UTF-16. Save it in UTF-8 and import it again.")
    opened.seek(3 if head.startswith(b"\xef\xbb\xbf") else 0)
    return head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]


def _lines(opened: BinaryIO) -> Iterator[Element]:
    number = 0
    while line := opened.readline(MOST_RECORD_BYTES):
        number += 1
        is_whole = line.endswith(b"\n") or len(line) < MOST_RECORD_BYTES
        if not is_whole:
            while (more := opened.readline(_BLOCK)) and not more.endswith(b"\n"):
                pass
        if line.strip():
            yield Element(number, line, is_whole)


def _elements(opened: BinaryIO) -> Iterator[Element]:
    """The elements of an array, told apart by brackets and commas outside of strings."""
    scanner = _ArrayScanner()
    while block := opened.read(_BLOCK):
        yield from scanner.scan(block)
    if not scanner.is_closed:
        yield scanner.rest()


class _ArrayScanner:
    """Where in an array the next byte stands: how deep, in a string, after a backslash."""

    def __init__(self) -> None:
        self._depth = 0
        self._in_string = self._escaped = self.is_closed = False
        self._line = self._first_line = 1
        self._kept = bytearray()
        self._has_begun, self._is_whole = False, True

    def rest(self) -> Element:
        """What is left when the file ends inside the array."""
        return Element(self._first_line, bytes(self._kept), False)

    def scan(self, block: bytes) -> Iterator[Element]:
        place = 0
        while place < len(block) and not self.is_closed:
            if self._escaped:
                self._escaped = False
                self._keep(block[place : place + 1])
                place += 1
                continue
            found = (_IN_STRING if self._in_string else _STRUCTURE).search(block, place)
            if found is None:
                self._keep(block[place:])
                return
            self._keep(block[place : found.start()])
            place = found.end()
            yield from self._meet(found.group())

    def _meet(self, sign: bytes) -> Iterator[Element]:
        if sign == b"\n":
            self._line += 1
        if self._in_string:
            self._in_string, self._escaped = sign != b'"', sign == b"\\"
            self._keep(sign)
            return
        if sign == b'"':
            self._in_string = True
        elif sign in b"[{":
            self._depth += 1
            if self._depth == 1:  # the array itself
                return
        elif sign in b"]}":
            self._depth -= 1
        if self._depth == 0 or (self._depth == 1 and sign == b","):
            self.is_closed = self._depth == 0
            if self._has_begun:
                yield Element(self._first_line, bytes(self._kept), self._is_whole)
            self._kept.clear()
            self._has_begun, self._is_whole = False, True
            return
        self._keep(sign)

    def _keep(self, part: bytes) -> None:
        if not self._has_begun:
            part = part.lstrip()
            self._has_begun, self._first_line = bool(part), self._line
        if len(self._kept) + len(part) > MOST_RECORD_BYTES:
            part = part[: max(0, MOST_RAW_CHARS - len(self._kept))]
            self._is_whole = False
        self._kept += part


def _decoded(element: Element) -> JsonRecord | Refused:
    looks = shown(element.text)
    if not element.is_whole:
        reason = f"more than {MOST_RECORD_BYTES >> 20} MiB, or cut off"
        return Refused(element.number, reason, looks)
    try:
        value = json.loads(element.text.decode("utf-8"))
    except UnicodeDecodeError:
        return Refused(element.number, "not UTF-8", looks)
    except json.JSONDecodeError as err:
        return Refused(element.number, f"broken JSON ({err.msg})", looks)
    except (ValueError, RecursionError):  # a number of thousands of digits, thousands of brackets
        return Refused(element.number, "JSON that can't be meant", looks)
    if not isinstance(value, dict):
        return Refused(element.number, "not an object", looks)
    return JsonRecord(element.number, value, looks)
