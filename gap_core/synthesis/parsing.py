"""Reading a record out of what a model said: JSON alone, in a fence, in prose, with slips.

Called by the model synthesizer, its checks and the judges. A reply that was cut off is refused
and never completed: half an answer is a wrong one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, TypeVar

from json_repair import repair_json
from pydantic import BaseModel, ValidationError

R = TypeVar("R", bound=BaseModel)
MOST_REPLY_CHARS = 60_000
_THOUGHT = re.compile(r"<think>.*?(?:</think>|$)", re.DOTALL)
_ANSWER = re.compile(r"(?:\banswer|答案)\W*[:：]\W*(.+)$", re.I | re.M)


class UnreadableReply(Exception):
    """Why a reply can't be used; `reason` is one of few, for counting."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


def read_record(reply: str, record: type[R]) -> R:
    """The first object of the reply that is such a record.

    Raises:
        UnreadableReply: no object, a cut off one, or none with the fields that are needed.
    """
    found = [value for value in _objects(_without_thoughts(reply)) if isinstance(value, dict)]
    if not found:
        raise UnreadableReply("cut off" if is_cut_off(reply) else "no JSON", _shown(reply))
    failure: ValidationError | None = None
    for value in found:
        try:
            return record.model_validate(_known_fields(value, record))
        except ValidationError as err:
            failure = failure or err
    if failure is None:
        raise UnreadableReply("no JSON", _shown(reply))
    first = failure.errors()[0]
    where = ".".join(map(str, first["loc"]))
    raise UnreadableReply("wrong fields", f"{where}: {first['msg']}")


def read_answer(reply: str) -> str:
    """The answer that a reply ends with: after "Answer:", else its last line.

    Raises:
        UnreadableReply: it is empty.
    """
    text = _without_thoughts(reply).strip()
    marked = _ANSWER.findall(text)
    lines = [line.strip(" *#") for line in text.splitlines() if line.strip(" *#")]
    answer = (marked or lines or [""])[-1].strip(" *\"'“”")
    if not answer:
        raise UnreadableReply("empty")
    return str(answer)


def is_cut_off(reply: str) -> bool:
    """Whether an object begins in the reply that does not end there."""
    return "{" in reply and _balance(reply[reply.index("{") :]) is None


def _without_thoughts(reply: str) -> str:
    return _THOUGHT.sub("", reply[:MOST_REPLY_CHARS])


def _objects(text: str) -> Iterator[Any]:
    """Every object in the text from left to right, those with slips of writing mended."""
    place = 0
    while (start := text.find("{", place)) >= 0:
        end = _balance(text[start:])
        if end is None:
            place = start + 1
            continue
        part = text[start : start + end]
        place = start + end
        try:
            yield json.loads(part, strict=False)  # line breaks inside strings are common
        except (ValueError, RecursionError):
            mended = repair_json(part, return_objects=True)
            if isinstance(mended, dict):
                yield mended


def _balance(text: str) -> int | None:
    """Where the object that the text begins with ends; None if it does not."""
    depth, in_string, is_escaped = 0, False, False
    for place, sign in enumerate(text):
        if is_escaped:
            is_escaped = False
        elif in_string:
            in_string, is_escaped = sign != '"', sign == "\\"
        elif sign == '"':
            in_string = True
        elif sign == "{":
            depth += 1
        elif sign == "}":
            depth -= 1
            if depth == 0:
                return place + 1
    return None


def _known_fields(value: dict[str, Any], record: type[BaseModel]) -> dict[str, Any]:
    """Without fields that nobody asked for; a number as an answer counts as its text."""
    return {name: _texts(value[name]) for name in record.model_fields if name in value}


def _texts(value: Any) -> Any:
    if isinstance(value, list):
        return [_texts(one) for one in value]
    if isinstance(value, dict):
        return {name: _texts(one) for name, one in value.items() if name in ("question", "answer")}
    if isinstance(value, int | float):
        return "yes" if value is True else "no" if value is False else str(value)
    return value


def _shown(text: str) -> str:
    return " ".join(text.split())[:200]
