"""Numbers on vehicles and the time on a clock.

Called through the registry of this folder.
"""

import random
import re

from gap_core.pocket_world.forms.form import TEXT, Args, Fact, Form
from gap_core.pocket_world.forms.naming import kind_words
from gap_core.pocket_world.forms.seeing import is_legible
from gap_core.pocket_world.forms.values import value_forms
from gap_core.pocket_world.scene import Scene
from gap_core.pocket_world.vocabulary import NUMBER_WORDS
from gap_core.pocket_world.vocabulary_full import CLOCK_TIMES, MOST_NUMBER, NUMBERED_KINDS

__all__ = ["NUMBER_FORMS", "spoken_time"]


def spoken_time(time: str) -> str:
    """A clock's time in words: "3:30" is "half past three"."""
    hour, minute = time.split(":")
    word = NUMBER_WORDS[int(hour)]
    return f"half past {word}" if minute == "30" else f"{word} o'clock"


def _number_args(scene: Scene, rng: random.Random) -> Args | None:
    able = [
        t.kind
        for t in scene.things
        if t.kind in NUMBERED_KINDS and len(scene.of_kind(t.kind)) == 1 and is_legible(scene, t)
    ]
    return (rng.choice(able),) if able else None


def _true_number(scene: Scene, args: Args) -> str:
    return f"The {args[0]} has number {scene.of_kind(args[0])[0].word}."


def _wrong_number(scene: Scene, args: Args, rng: random.Random) -> str:
    own = scene.of_kind(args[0])[0].word
    numbers = [str(number) for number in range(1, MOST_NUMBER + 1)]
    return f"The {args[0]} has number {rng.choice([n for n in numbers if n != own])}."


def _read_digits(words: list[str], args: Args) -> Fact | None:
    """The first number, in digits or as a word up to sixteen."""
    for word in words:
        if word.isdigit():
            return (int(word),)
        if word in NUMBER_WORDS[1:]:
            return (NUMBER_WORDS.index(word),)
    return None


def _clock_of(scene: Scene) -> str | None:
    """The time of the only clock, where it can be read."""
    clocks = scene.of_kind("clock")
    return (
        spoken_time(clocks[0].word) if len(clocks) == 1 and is_legible(scene, clocks[0]) else None
    )


def _spoken_times(scene: Scene) -> tuple[str, ...]:
    return tuple(spoken_time(time) for time in CLOCK_TIMES)


def _clock_clause(time: str) -> str:
    return f"the clock says {time}"


def _read_time(words: list[str], args: Args) -> Fact | None:
    """Hour and half, from words ("half past three") or figures ("3:30", which is read as 3 30)."""
    numbers = [
        int(word) if word.isdigit() else NUMBER_WORDS.index(word)
        for word in words
        if re.fullmatch(r"\d+", word) or word in NUMBER_WORDS[1:]
    ]
    if not numbers:
        return None
    return numbers[0], "half" in words or 30 in numbers[1:]


NUMBER_FORMS = (
    Form("number_on", TEXT, _number_args, kind_words, _true_number, _wrong_number, _read_digits),
    *value_forms(
        ("clock_time", "is_clock_time"), TEXT, word="time", value_of=_clock_of,
        values=_spoken_times, clause=_clock_clause, reader=_read_time,
    ),
)  # fmt: skip
