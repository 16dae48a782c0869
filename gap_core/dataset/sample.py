"""One training sample with all that is known of where it came from, and its line of JSON.

Called by everything in this folder; nothing here reads a file or a database.
"""

from collections.abc import Mapping
from dataclasses import MISSING, asdict, dataclass, field, fields
from types import UnionType
from typing import Any, Literal, get_args, get_type_hints

from gap_core.errors import GapError
from gap_core.language import CATEGORIES

Source = Literal["game", "import"]

REPLAY = "replay"  # the origin of what a model says rightly already: learnt, never asked

MOST_QUESTION_CHARS = 2_000
MOST_ANSWER_CHARS = 8_000
MOST_FIELD_CHARS = 1_000  # ids, paths, names, licences


class SampleError(GapError):
    """A record that is no sample, with the reason."""


@dataclass(frozen=True)
class Provenance:
    """Where a sample came from; None where it is not known.

    Attributes:
        source: played here, or brought in from a file.
        origin: of what was brought in: format, file and line; or REPLAY.
        turn_id, item_id, label_id: rows of the database it was made from.
        player, labeler: keyed hashes; the same person has the same hash in one installation.
        expert_answer: the labeler's own words, where a refinement stands in the answer's place.
        refined_by: the language model that refined them, with its adapter.
        model, quantization, adapter, prompt_version, seed: what gave the answer marked Wrong.
        posterior, posterior_low, posterior_high: that the answer was wrong, as believed when the
            question was queued.
        still_wrong: the share of the model's answers that were wrong when it was asked again.
    """

    source: Source = "import"
    origin: str | None = None
    turn_id: str | None = None
    item_id: int | None = None
    label_id: int | None = None
    player: str | None = None
    labeler: str | None = None
    expert_answer: str | None = None
    refined_by: str | None = None
    model: str | None = None
    quantization: str | None = None
    adapter: str | None = None
    prompt_version: str | None = None
    seed: int | None = None
    posterior: float | None = None
    posterior_low: float | None = None
    posterior_high: float | None = None
    still_wrong: float | None = None
    asked_utc: str | None = None
    labeled_utc: str | None = None


@dataclass(frozen=True)
class Sample:
    """A picture, a question about it and the right answer.

    Attributes:
        conversation: questions that were asked one after the other share it.
        place: of the question in its conversation, from 1.
        image_id: the sha256 of its pixels; "name:…" where only the picture's name is at hand.
        image_path: relative to the data folder; None where the picture is not at hand.
        image_name: what the picture was called where it came from.
        licence: of the picture.
        category: one of the thirteen.
        model_answer: what the model said instead.
    """

    conversation: str
    image_id: str
    question: str
    answer: str
    category: str
    place: int = 1
    image_path: str | None = None
    image_name: str = ""
    licence: str = "unknown"
    model_answer: str | None = None
    provenance: Provenance = field(default_factory=Provenance)

    @property
    def id(self) -> str:
        """Unique in a dataset."""
        return self.conversation if self.place == 1 else f"{self.conversation}#{self.place}"


def is_replay(sample: Sample) -> bool:
    """Whether it is only learnt, so that it is not forgotten."""
    return sample.provenance.origin == REPLAY


def record_of(sample: Sample) -> dict[str, Any]:
    """The sample as plain values, for a line of JSON."""
    return asdict(sample)


def sample_of(record: object) -> Sample:
    """The sample that such a record stands for.

    Raises:
        SampleError: a field is missing, of another type, too long, or not known.
    """
    plain = _checked(record, Sample)
    provenance = Provenance(**_checked(plain.pop("provenance", {}), Provenance))
    return checked_sample(Sample(**plain, provenance=provenance))


def checked_sample(sample: Sample) -> Sample:
    """The sample itself.

    Raises:
        SampleError: a text is too long, an id is empty, the category is not known, or the
            picture's path leads out of its folder.
    """
    limits = {"question": MOST_QUESTION_CHARS, "answer": MOST_ANSWER_CHARS}
    limits["model_answer"] = MOST_ANSWER_CHARS
    for part in fields(Sample):
        value = getattr(sample, part.name)
        most = limits.get(part.name, MOST_FIELD_CHARS)
        if isinstance(value, str) and len(value) > most:
            raise SampleError(f"'{part.name}' is {len(value):,} characters; the limit is {most:,}.")
    for name in ("conversation", "image_id"):
        if not getattr(sample, name):
            raise SampleError(f"'{name}' is empty.")
    if sample.category not in CATEGORIES:
        raise SampleError(f"Category '{sample.category}' is not one of: {', '.join(CATEGORIES)}.")
    if sample.image_path is not None and not is_inside(sample.image_path):
        raise SampleError(f"'{sample.image_path}' leads out of the data folder.")
    if sample.place < 1:
        raise SampleError(f"'place' is '{sample.place}'; 1 or more was expected.")
    return sample


def is_inside(path: str) -> bool:
    """Whether a relative path, written with "/", can't lead out of its folder."""
    parts = path.split("/")
    is_plain = not any(sign in path for sign in "\\\0:")  # other systems' folders and drives
    return is_plain and all(part not in ("", ".", "..") for part in parts)


def _checked(record: object, kind: type) -> dict[str, Any]:
    """The record, once its names and types are those of the dataclass."""
    if not isinstance(record, Mapping):
        raise SampleError(f"An object was expected, not {type(record).__name__}.")
    hints = get_type_hints(kind)
    unknown = sorted(set(record) - set(hints))
    if unknown:
        raise SampleError(f"Field '{unknown[0]}' is not known.")
    for part in fields(kind):
        if part.name not in record:
            if part.default is MISSING and part.default_factory is MISSING:
                raise SampleError(f"Field '{part.name}' is missing.")
        elif not _is_of(record[part.name], hints[part.name]):
            raise SampleError(f"Field '{part.name}' is of the wrong type.")
    return dict(record)


def _is_of(value: object, hint: Any) -> bool:
    if isinstance(hint, UnionType):
        return any(_is_of(value, one) for one in get_args(hint))
    if hint is Provenance:
        return isinstance(value, Mapping)
    if get_args(hint):
        return value in get_args(hint)
    if hint is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, hint) and not (hint is int and isinstance(value, bool))
