"""Takes prompts apart into question and four options, and puts them together again.

Called by recombining and templates. Stories run over several lines and hold letters with stops
("A. thaliana"), so an option begins at a line's beginning, and A to D come in their order.
"""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass

from gap_core.covers.records import IMAGE_TOKEN, LETTERS, CoverItem

_MARK = re.compile(r"(?m)^[ \t]*(?:Option\s+)?\(?([A-D])(?:[.):]|\s-)[ \t]*", re.IGNORECASE)


@dataclass(frozen=True)
class Parts:
    """A prompt in parts; put side by side again they are the prompt.

    Attributes:
        question: what stands before the options.
        marks: what stands before each option: its letter with stops and spaces.
        options: four texts; in text2image each may hold the token of its picture.
        gaps: the white space after each option.
        rest: what stands after the last option.
    """

    question: str
    marks: tuple[str, ...]
    options: tuple[str, ...]
    gaps: tuple[str, ...]
    rest: str

    def joined(self) -> str:
        """The prompt again."""
        lines = zip(self.marks, self.options, self.gaps, strict=True)
        return self.question + "".join(map("".join, lines)) + self.rest


def parts_of(item: CoverItem, *, rest: str = "") -> Parts | None:
    """The prompt's parts; None where it has no four options that can be told apart.

    Args:
        item: whose prompt.
        rest: what ends all prompts of the file, as `common_rest` finds it; no option has it.
    """
    prompt = item.prompt.removesuffix(rest)
    begins = _first_run(prompt)
    if begins is None:
        return None
    ends = [*(mark.start() for mark in begins[1:]), len(prompt)]
    whole = [prompt[mark.end() : end] for mark, end in zip(begins, ends, strict=True)]
    options = tuple(text.rstrip() for text in whole)
    if not all(options) or item.prompt[: begins[0].start()].strip() == "":
        return None
    return Parts(
        question=prompt[: begins[0].start()],
        marks=tuple(mark.group() for mark in begins),
        options=options,
        gaps=tuple(text[len(option) :] for text, option in zip(whole, options, strict=True)),
        rest=rest,
    )


def _first_run(prompt: str) -> list[re.Match[str]] | None:
    """The marks of A, B, C and D, each the first after the one before."""
    found: list[re.Match[str]] = []
    for mark in _MARK.finditer(prompt):
        if len(found) < 4 and mark.group(1).upper() == LETTERS[len(found)]:
            found.append(mark)
    return found if len(found) == 4 else None


def common_rest(items: Sequence[CoverItem]) -> str:
    """The last paragraph where all prompts end with the same one, its blank line included."""
    ends = {item.prompt[item.prompt.rfind("\n\n") :] for item in items if "\n\n" in item.prompt}
    is_common = len(ends) == 1 and all("\n\n" in item.prompt for item in items)
    rest = ends.pop() if is_common and len(items) > 1 else ""
    return "" if IMAGE_TOKEN in rest or _MARK.search(rest) else rest


def own_texts(texts: Sequence[str]) -> list[str]:
    """What each text has of its own: without the words that all begin with and all end with."""
    if len(texts) < 2:
        return [text.strip() for text in texts]
    words = [re.split(r"(\s+)", text) for text in texts]  # what is between them is kept
    first = len(os.path.commonprefix(words))
    last = len(os.path.commonprefix([list(reversed(own[first:])) for own in words]))
    return ["".join(own[first : len(own) - last]).strip() for own in words]
