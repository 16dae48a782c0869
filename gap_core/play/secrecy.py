"""Keeps the model's instruction out of its answers. Called by the game and by what shows answers.

On a trap the model was told to be wrong; a large one may say so when it is asked. The measure
knows nothing of the turn, so an answer is refused or shown alike on traps and on other pictures.
"""

import re

from gap_core.errors import PlayerError, Sentence
from gap_core.play.text import clean_text, question_key
from models.prompts import HONEST, WRONG

RUN_WORDS = 5  # so many words of an instruction in a row repeat it
TELLING_SHARE = 0.75  # of a sentence by which the instructions differ: it tells, even reworded
PIECE = re.compile(r"\s*\S+")
REPEATED = Sentence(
    "The model spoke of its instructions instead of the picture. "
    "Your question isn't counted: ask something else."
)


def check_answer(answer: str) -> None:
    """Let an answer pass, whole or only begun, that doesn't repeat the instruction.

    Raises:
        GapError: it does.
    """
    words = _words(answer)
    if any(_is_repeat(words[start : start + WINDOW_WORDS]) for start in range(len(words))):
        raise PlayerError(REPEATED)


def safe_part(answer: str) -> str:
    """What may be shown of an answer that is still growing and has passed `check_answer`.

    The last words are left out: they may yet turn out to be the beginning of a repeat, and the
    very last may be half a word.
    """
    pieces, left_out = PIECE.findall(answer), 0
    while pieces and left_out < WINDOW_WORDS:
        left_out += len(_words(pieces.pop()))
    return "".join(pieces)


def _is_repeat(window: list[str]) -> bool:
    if tuple(window[:RUN_WORDS]) in RUNS:
        return True
    return any(
        len(sentence.intersection(window[: len(sentence) + 1])) >= TELLING_SHARE * len(sentence)
        for sentence in TELLING
    )


def _words(text: str) -> list[str]:
    return [word.removesuffix("s") for word in question_key(clean_text(text)).split()]


def _sentences(text: str) -> set[frozenset[str]]:
    return {frozenset(_words(sentence)) for sentence in re.findall(r"[^.!?]+", text)}


def _runs(text: str) -> set[tuple[str, ...]]:
    words = _words(text)
    return {tuple(words[n : n + RUN_WORDS]) for n in range(len(words) - RUN_WORDS + 1)}


RUNS = _runs(HONEST) | _runs(WRONG)
TELLING = _sentences(HONEST) ^ _sentences(WRONG)
WINDOW_WORDS = max([RUN_WORDS, *(len(sentence) + 1 for sentence in TELLING)])
