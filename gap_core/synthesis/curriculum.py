"""The thinking-induced curriculum: what each of its four steps teaches, made from one item.

Called by the export for ms-swift and by the project's own training.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Literal, NamedTuple

from db import Store
from db.synthesis_records import SynthesisRun
from gap_core.dataset.sample import Provenance, Sample
from gap_core.errors import GapError
from gap_core.language import category_of
from gap_core.synthesis.records import MultiHop, Seed, Subject

Use = Literal["split", "full"]
STEPS = (
    "question and thinking to answer",
    "question and answer to thinking",
    "question to thinking and answer",
    "question to answer",
)
PLAIN = len(STEPS) - 1  # what plain fine-tuning does with every item


class Made(NamedTuple):
    """An accepted item; `number` counts accepted ones from 0."""

    number: int
    place: int
    subject: Subject
    seed: Seed
    multi_hop: MultiHop


class Lesson(NamedTuple):
    """What a model is shown and what it is to say."""

    prompt: str
    response: str


def accepted_items(store: Store, run: SynthesisRun) -> list[Made]:
    """The run's accepted items that no person took out, by place.

    Raises:
        GapError: there are none.
    """
    found = [
        item for item in store.synthesis.items(run.id, states=("accepted",)) if not item.is_rejected
    ]
    if not found:
        raise GapError(f"Run '{run.name}' has no accepted items. Go on with scripts.synthesize.")
    return [
        Made(
            number,
            item.place,
            Subject.model_validate_json(item.subject_json),
            Seed.model_validate_json(item.seed_json or ""),
            MultiHop.model_validate_json(item.multihop_json or ""),
        )
        for number, item in enumerate(found)
    ]


def items_of_step(items: Sequence[Made], step: int, use: Use) -> list[Made]:
    """The items that a step learns from: in turn, as published, or all of them."""
    if use == "full":
        return list(items)
    return [item for item in items if item.number % len(STEPS) == step]


def lesson_of(item: Made, step: int) -> Lesson:
    """What a step makes of an item."""
    made = item.multi_hop
    asked = f"{item.seed.background}\n{made.question}".strip()
    if item.subject.language == "zh":
        told = (
            (f"{asked}\n思考：{made.thinking}\n请给出答案。", made.answer),
            (f"{asked}\n答案是{made.answer}。请说明如何得出。", made.thinking),
            (f"{asked}\n先思考，再回答。", f"{made.thinking}\n答案：{made.answer}"),
            (asked, made.answer),
        )
    else:
        answer = f"The answer is {made.answer.rstrip('.')}."
        told = (
            (f"{asked}\nThinking: {made.thinking}\nGive the answer.", answer),
            (f"{asked}\n{answer} Say how it is found.", made.thinking),
            (f"{asked}\nThink first, then answer.", f"{made.thinking}\n{answer}"),
            (asked, answer),
        )
    return Lesson(*told[step])


def is_held_out(item: Made, share: float) -> bool:
    """Whether an item is for validation; items on one picture or document go together."""
    whole = item.subject.image_id or item.seed.background
    digest = hashlib.blake2b(whole.encode(), digest_size=4).digest()
    return int.from_bytes(digest) < share * 2**32


def sample_of_lesson(item: Made, step: int, *, run: str, image_path: str) -> Sample:
    """The lesson as a sample that the project's own trainer takes.

    Raises:
        GapError: the item has no picture, and the trainer's models want one.
    """
    if not item.subject.image_id:
        raise GapError(
            f"Item {item.place} of run '{run}' has no picture, and this trainer's models want "
            "one. Train texts through the export for ms-swift."
        )
    lesson = lesson_of(item, step)
    return Sample(
        conversation=f"synthesis-{run}-{item.place}-{step + 1}",
        image_id=item.subject.image_id,
        image_path=image_path,
        question=lesson.prompt,
        answer=lesson.response,
        category=category_of(item.multi_hop.question).category,
        licence=item.subject.licence,
        provenance=Provenance(origin=f"synthesis {run}, item {item.place}, step {step + 1}"),
    )
