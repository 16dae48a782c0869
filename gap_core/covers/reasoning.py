"""Chain of thought by a model: how the picture leads to the choice. Called by the pipeline.

The model is not told the answer. A reasoning that ends in another letter than the known one is
thrown away and counted, so nothing is taught that argues for a wrong option.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from gap_core.covers.answer_config import MOST_SECONDS, AnswerConfig
from gap_core.covers.asks import Question, questions_of, reasoning_prompt, stories_told
from gap_core.covers.ledger import Ledger
from gap_core.covers.lessons import CoverLesson
from gap_core.covers.options import common_rest
from gap_core.covers.records import CoverItem
from gap_core.covers.thinking import Thinker, item_name
from models.base import VisionModel


class ReasoningConfig(BaseModel):
    """How reasonings are asked for.

    Attributes:
        model: of the registry, a folder, or `server:URL#NAME`; a larger one than is taught.
        tries: reasonings of an item, until one ends in the known letter.
        temperature: that their words are drawn with.
        tokens: at most, of one.
        side_by_side: items at once.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str
    tries: int = Field(default=3, ge=1, le=16)
    temperature: float = Field(default=0.8, gt=0, le=2)
    tokens: int = Field(default=384, ge=8, le=4096)
    side_by_side: int = Field(default=8, ge=1, le=64)


@dataclass
class Reasoned:
    """What came of it.

    Attributes:
        lessons: a question and a reasoning that ends in its known letter; one of an item.
        sources: task and name of each lesson's item.
        contradicting: reasonings that ended in another letter.
        unreadable: replies that named none.
        without: items of which none was kept.
    """

    lessons: list[CoverLesson] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    contradicting: int = 0
    unreadable: int = 0
    without: int = 0

    def counts(self) -> dict[str, int]:
        """For the report."""
        return {
            "kept": len(self.lessons),
            "dropped, contradicting": self.contradicting,
            "dropped, unreadable": self.unreadable,
            "items without": self.without,
        }


def reason_items(
    model: VisionModel,
    items: Sequence[CoverItem],
    ledger_file: Path,
    *,
    config: ReasoningConfig,
    images_dir: Path,
    seed: int,
    on_item: Callable[[int, int], None] = lambda done, total: None,
) -> Reasoned:
    """Reasonings for items of one task whose letters are known; a killed run goes on.

    Args:
        model: that reasons.
        items: of training alone.
        ledger_file: where all its replies are kept.
        config: how they are asked for.
        images_dir: the folder that pictures are relative to.
        seed: of what is drawn.
        on_item: told how many items are over.

    Raises:
        GapError: another process has the ledger.
        ModelError: the model can't be asked.
    """
    thinking = AnswerConfig(
        paths=config.tries,
        temperature=config.temperature,
        reasoning_tokens=config.tokens,
        side_by_side=config.side_by_side,
        budget_s=MOST_SECONDS,
        seed=seed,
    )
    rest, found = common_rest(items), Reasoned()
    stories = stories_told(items, rest=rest)
    with Ledger(ledger_file) as ledger:
        thinker = Thinker(model, ledger, thinking)
        for first in range(0, len(items), config.side_by_side):
            some = questions_of(
                items[first : first + config.side_by_side],
                rest=rest,
                images_dir=images_dir,
                texts=stories,
            )
            _reason_until_right(thinker, ledger, some, config.tries)
            for question in some:
                _keep(found, ledger, question)
            on_item(first + len(some), len(items))
    return found


def _reason_until_right(
    thinker: Thinker, ledger: Ledger, questions: Sequence[Question], tries: int
) -> None:
    for path in range(tries):
        wrong = [one for one in questions if _right_path(ledger, one) is None]
        thinker.reason(wrong, path)


def _right_path(ledger: Ledger, question: Question) -> tuple[int, str] | None:
    """The first path that ended in the known letter, and its words."""
    for told in ledger.steps(item_name(question)):
        if told.step.startswith("path ") and told.result["letter"] == question.item.letter:
            return int(told.step.split()[1]), told.result["text"]
    return None


def _keep(found: Reasoned, ledger: Ledger, question: Question) -> None:
    for told in ledger.steps(item_name(question)):
        if told.step.startswith("path "):
            letter = told.result["letter"]
            found.unreadable += letter is None
            found.contradicting += letter not in (None, question.item.letter)
    right = _right_path(ledger, question)
    if right is None:
        found.without += 1
        return
    path, text = right
    name, item = item_name(question), question.item
    prompt, images = reasoning_prompt(question, path % question.rotations)
    found.lessons.append(CoverLesson(f"reasoned {name}", item.system, prompt, text.strip(), images))
    found.sources.append(name)
