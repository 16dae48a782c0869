"""Items written by a language or vision-language model. Called by running through `Synthesizer`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from gap_core.synthesis.calls import Calls
from gap_core.synthesis.config import SynthesisConfig
from gap_core.synthesis.doors import Prompt
from gap_core.synthesis.model_checks import (
    check_answer,
    check_every_hop,
    check_needs_source,
)
from gap_core.synthesis.parsing import UnreadableReply, read_record
from gap_core.synthesis.prompts import (
    background_prompt,
    multi_hop_prompt,
    sub_question_prompt,
)
from gap_core.synthesis.records import (
    FEWEST_HOPS,
    MOST_HOPS,
    CheckResult,
    MultiHop,
    Seed,
    Subject,
    SubQuestion,
)
from gap_core.synthesis.synthesizer import Texts, document_group
from models.base import Drawing

# Asked for are 150 to 200 words, 250 to 350 signs; a model may miss that by as much again.
DOCUMENT_LENGTH = {"en": (100, 300), "zh": (180, 600)}


class _Wanted(BaseModel):
    model_config = ConfigDict(str_strip_whitespace=True)


class SubQuestionsReply(_Wanted):
    """What a reply with sub-questions has to hold."""

    sub_questions: list[SubQuestion] = Field(min_length=FEWEST_HOPS, max_length=MOST_HOPS)


class MultiHopReply(_Wanted):
    """What a reply with the merged question has to hold."""

    thinking: str = Field(min_length=8)
    multihop_question: str = Field(min_length=8)
    multihop_answer: str = Field(min_length=1)


class ModelSynthesizer:
    """Writes seeds and questions, and checks them by asking again.

    Args:
        config: of the run.
        texts: documents so far.
    """

    def __init__(self, config: SynthesisConfig, texts: Texts) -> None:
        self.name = config.model
        self._config = config
        self.texts = texts

    def make_seed(self, subject: Subject, place: int, calls: Calls) -> Seed:
        """The background of a text, and sub-questions that lead to one another."""
        background = ""
        if subject.kind == "text":
            background = calls.ask(
                "background",
                self._drawn(background_prompt(subject)),
                lambda reply: self._read_document(reply, subject, place),
            )
        reply = calls.ask(
            "sub-questions",
            self._drawn(sub_question_prompt(subject, background), SubQuestionsReply),
            lambda text: read_record(text, SubQuestionsReply),
        )
        return Seed(background=background, sub_questions=tuple(reply.sub_questions))

    def compose(self, subject: Subject, seed: Seed, place: int, calls: Calls) -> MultiHop:
        """The merged question with its thinking."""
        return calls.ask(
            "multi-hop",
            self._drawn(multi_hop_prompt(subject, seed), MultiHopReply),
            lambda reply: _read_multi_hop(reply, seed),
        )

    def check(
        self, subject: Subject, seed: Seed, made: MultiHop, place: int, calls: Calls
    ) -> list[CheckResult]:
        """Answers drawn again, with everything, with nothing, and with one hop left out."""
        drawn = self._drawn(Prompt(""))
        return [
            check_answer(subject, seed, made, calls, drawn, samples=self._config.samples),
            check_needs_source(subject, made, calls, drawn, samples=self._config.samples),
            check_every_hop(subject, seed, made, calls, drawn),
        ]

    def _drawn(self, prompt: Prompt, wanted: type[BaseModel] | None = None) -> Prompt:
        config = self._config
        schema = None if wanted is None else reply_schema(wanted)
        drawing = Drawing(
            temperature=config.temperature,
            top_p=config.top_p,
            top_k=config.top_k,
            repetition_penalty=config.repetition_penalty,
            schema=schema,
        )
        return replace(prompt, drawing=drawing, max_tokens=config.max_tokens)

    def _read_document(self, reply: str, subject: Subject, place: int) -> str:
        text = reply.strip().strip("`").strip()
        length = len(text.split()) if subject.language == "en" else len(text)
        fewest, most = DOCUMENT_LENGTH[subject.language]
        if not fewest <= length <= most:
            raise UnreadableReply("wrong length", f"{length}; {fewest} to {most} were expected")
        twin = self.texts.add(document_group(subject), str(place), text)
        if twin is not None and twin != str(place):
            raise UnreadableReply("near-duplicate", f"of item {twin}")
        return text


def reply_schema(wanted: type[BaseModel]) -> dict[str, Any]:
    """The JSON schema of a reply; every field is needed and there are no others."""
    return _closed(wanted.model_json_schema())


def _closed(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {name: _closed(one) for name, one in schema.items()}
    if closed.get("type") == "object":
        closed |= {"additionalProperties": False, "required": list(closed.get("properties", {}))}
    return closed


def _read_multi_hop(reply: str, seed: Seed) -> MultiHop:
    found = read_record(reply, MultiHopReply)
    asked = {one.question.strip().lower() for one in seed.sub_questions}
    if found.multihop_question.strip().lower() in asked:
        raise UnreadableReply("repeats a sub-question", found.multihop_question)
    try:
        return MultiHop(
            question=found.multihop_question,
            thinking=found.thinking,
            answer=found.multihop_answer,
        )
    except ValueError as err:
        raise UnreadableReply("wrong fields", str(err)[:200]) from err
