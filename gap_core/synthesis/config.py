"""How a run of synthesis is made, checked when it is asked for. Called by scripts and running."""

from __future__ import annotations

from typing import Self

from pydantic import Field, ValidationError, model_validator

from gap_core.errors import GapError
from gap_core.synthesis.records import (
    IMAGE_RELATIONS,
    LANGUAGES,
    TEXT_RELATIONS,
    Language,
    Record,
    Relation,
)

# What may differ when a run goes on: they change how fast it is and how long, not what is made.
MAY_CHANGE = ("in_flight", "count")


class SynthesisConfig(Record):
    """See `run_synthesis`.

    Attributes:
        source: "text", "pocket", "pocket-full", "dataset:NAME", "folder:PATH", "records:FILE" or
            "coco:FILE".
        pictures: folder of the pictures that records or COCO name; empty: beside the file.
        model: that writes and is asked, or "graph" for questions composed from what is known to
            be in a picture.
        count: items, or with top_up accepted ones; no more than four times as many are tried.
        in_flight: items in the making at once.
        temperature, top_p, top_k, repetition_penalty: with which questions are drawn. Source:
            MindGYM, published settings.
        retries: after a reply that can't be used, or none.
        repairs: of those, in a row, that show the model its own bad reply.
        samples: answers drawn to verify one.
        similarity: TF-IDF cosine above which a document is refused as a near-duplicate.
        max_tokens: of a reply.
    """

    source: str = Field(min_length=1)
    pictures: str = ""
    model: str = Field(default="graph", min_length=1)
    languages: tuple[Language, ...] = Field(default=LANGUAGES, min_length=1)
    relations: tuple[Relation, ...] = ()
    count: int = Field(default=400, ge=1, le=1_000_000)
    top_up: bool = False
    in_flight: int = Field(default=16, ge=1, le=512)
    seed: int = 1
    temperature: float = Field(default=0.9, ge=0, le=2)
    top_p: float = Field(default=0.95, gt=0, le=1)
    top_k: int = Field(default=40, ge=0)
    repetition_penalty: float = Field(default=1.1, ge=1, le=2)
    retries: int = Field(default=5, ge=0, le=5)
    repairs: int = Field(default=2, ge=0)
    samples: int = Field(default=3, ge=1, le=20)
    similarity: float = Field(default=0.75, gt=0, le=1)
    max_tokens: int = Field(default=1_200, ge=64)

    @property
    def is_graph(self) -> bool:
        """Whether no model is asked."""
        return self.model == "graph"

    @property
    def is_text(self) -> bool:
        """Whether items are texts, without a picture."""
        return self.source == "text"

    @property
    def wanted_relations(self) -> tuple[Relation, ...]:
        """The relations chosen; all that fit the source where none was."""
        if self.relations:
            return self.relations
        return TEXT_RELATIONS if self.is_text else IMAGE_RELATIONS

    @property
    def most_items(self) -> int:
        """How many items are tried at most."""
        return self.count * (4 if self.top_up else 1)

    @model_validator(mode="after")
    def _refuse_contradictions(self) -> Self:
        if self.is_graph and not self.source.startswith(("pocket", "coco:")):
            raise ValueError(
                f"Nothing is known of what '{self.source}' shows, so 'graph' can't ask about it. "
                "Choose a model, or the source pocket, pocket-full or coco:FILE."
            )
        fitting = TEXT_RELATIONS if self.is_text else IMAGE_RELATIONS
        for relation in self.relations:
            if relation not in fitting and not self.is_graph:
                raise ValueError(
                    f"'{relation}' links no sub-questions of this source. "
                    f"Choose of: {', '.join(fitting)}."
                )
        return self


def checked_config(**values: object) -> SynthesisConfig:
    """The config of these values.

    Raises:
        GapError: one is out of range, or two contradict each other.
    """
    try:
        return SynthesisConfig.model_validate(values)
    except ValidationError as err:
        first = err.errors()[0]
        where = ".".join(map(str, first["loc"]))
        told = str(first["msg"]).removeprefix("Value error, ")
        raise GapError(f"{where}: '{first['input']}': {told}." if where else told) from err


def refuse_other_config(kept: str, asked: SynthesisConfig, *, run: str) -> None:
    """Lets a run go on only as it was begun.

    Raises:
        GapError: something differs that would mix two kinds of items.
    """
    before = SynthesisConfig.model_validate_json(kept).model_dump()
    for name, value in asked.model_dump().items():
        if name not in MAY_CHANGE and before[name] != value:
            raise GapError(
                f"Run '{run}' was begun with {name} '{before[name]}', not '{value}'. "
                "Go on with that, or choose another name for a new run."
            )
