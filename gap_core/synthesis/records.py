"""What an item of synthesis is made from and what becomes of it, as checked records.

Called by everything in this folder. The records are stored as JSON in the item's row.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Language = Literal["en", "zh"]
Kind = Literal["text", "image"]
TextRelation = Literal["bridging", "comparison", "temporal"]
ImageRelation = Literal[
    "visual-textual alignment", "spatial reasoning", "causal inference", "contextual synthesis"
]
Relation = TextRelation | ImageRelation

LANGUAGES: tuple[Language, ...] = ("en", "zh")
TEXT_RELATIONS: tuple[TextRelation, ...] = ("bridging", "comparison", "temporal")
IMAGE_RELATIONS: tuple[ImageRelation, ...] = (
    "visual-textual alignment", "spatial reasoning", "causal inference", "contextual synthesis",
)  # fmt: skip
RELATIONS: tuple[Relation, ...] = (*TEXT_RELATIONS, *IMAGE_RELATIONS)
AREAS = (
    "Mathematical Reasoning", "Scientific Knowledge", "Logical Deduction", "Technical Procedures",
    "Historical Events", "Ethical Considerations", "Economic Principles", "Psychological Insights",
)  # fmt: skip
FEWEST_HOPS, MOST_HOPS = 2, 5


class Record(BaseModel):
    """A frozen record that refuses fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Subject(Record):
    """What one item is made from.

    Attributes:
        relation: that links its sub-questions.
        area: of a text, one of `AREAS`; empty for pictures.
        image_path: where the picture lies; image_id the sha256 of its pixels, or its path.
        question, answer: that came with the picture; empty where none did.
        graph_json: what is known to be in the picture, empty where nothing is; graph says which
            kind of graph that is.
    """

    kind: Kind
    language: Language
    relation: Relation
    area: str = ""
    image_path: str = ""
    image_id: str = ""
    licence: str = "unknown"
    question: str = ""
    answer: str = ""
    graph: Literal["", "pocket", "coco"] = ""
    graph_json: str = Field(default="", repr=False)


class SubQuestion(Record):
    """One step: a question that can be answered by itself, and its answer."""

    question: str = Field(min_length=2, max_length=600)
    answer: str = Field(min_length=1, max_length=600)


class Seed(Record):
    """The first stage: a background document, for texts, and linked sub-questions."""

    background: str = ""
    sub_questions: tuple[SubQuestion, ...] = Field(min_length=FEWEST_HOPS, max_length=MOST_HOPS)


class MultiHop(Record):
    """The second stage: one question that needs every sub-question, thought through."""

    question: str = Field(min_length=8, max_length=1_500)
    thinking: str = Field(min_length=8, max_length=6_000)
    answer: str = Field(min_length=1, max_length=1_000)


class CheckResult(Record):
    """What one check found; `passed` is None where it could not be told."""

    name: str
    passed: bool | None
    detail: str = ""


class Checks(Record):
    """All checks of an item, in the order they were made."""

    results: tuple[CheckResult, ...]

    @property
    def first_failed(self) -> CheckResult | None:
        """The first check that did not pass."""
        return next((one for one in self.results if one.passed is not True), None)


def published_record(subject: Subject, seed: Seed, made: MultiHop) -> dict[str, Any]:
    """The item under the field names that the paper's data has."""
    source = (
        {"background_document": seed.background}
        if subject.kind == "text"
        else {"image": subject.image_path}
    )
    return {
        **source,
        "original_question": subject.question,
        "original_answer": subject.answer,
        "sub_questions": [one.model_dump() for one in seed.sub_questions],
        "relationship_category": subject.relation,
        "thinking": made.thinking,
        "multihop_question": made.question,
        "multihop_answer": made.answer,
        "language": subject.language,
    }
