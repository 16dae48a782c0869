"""Answers all items of a side, each with exactly one letter. Called by scripts and the pipeline.

A killed run goes on where it was: all that a model said is in the run's ledgers.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from gap_core.covers.answer_config import AnswerConfig
from gap_core.covers.asks import Question, questions_of, stories_told
from gap_core.covers.evidence import Decision, Evidence, Weights, fit_weights, log_loss
from gap_core.covers.ledger import Ledger
from gap_core.covers.options import common_rest
from gap_core.covers.records import LETTERS, CoverItem
from gap_core.covers.thinking import Thinker, item_name
from gap_core.errors import GapError
from gap_core.whole_files import write_json
from models.base import VisionModel

OnItem = Callable[[int, int], None]
SETTINGS, DECISIONS = "settings.json", "decisions.json"


@dataclass(frozen=True)
class Answered:
    """One item's answer.

    Attributes:
        first_letter: what one look at the letters, in the item's own order, would have said.
        turned_letter: what letters alone say over all orders.
        seconds: that the item took.
    """

    item: CoverItem
    decision: Decision
    first_letter: str
    turned_letter: str
    kinds: tuple[str, ...]
    seconds: float

    @property
    def letter(self) -> str:
        """The answer."""
        return LETTERS[self.decision.option]

    def record(self) -> dict[str, Any]:
        """For files and pages."""
        return {
            "task": self.item.task,
            "item": self.item.name,
            "letter": self.letter,
            "first_letter": self.first_letter,
            "turned_letter": self.turned_letter,
            "probabilities": [round(one, 4) for one in self.decision.probabilities],
            "uncertainty": round(self.decision.uncertainty, 4),
            "evidence": list(self.kinds),
            "seconds": round(self.seconds, 3),
        }


@dataclass(frozen=True)
class Calibrated:
    """Weights of one task's evidence, and what they changed on validation.

    Attributes:
        loss_before, loss_after: log loss with weights of 1 and with these; None without items.
    """

    weights: Weights
    loss_before: float | None = None
    loss_after: float | None = None

    def record(self) -> dict[str, Any]:
        """For files."""
        return {
            "weights": self.weights.record(),
            "log_loss_before": self.loss_before,
            "log_loss_after": self.loss_after,
        }


class Answering:
    """One run: a model, the ways of thinking, and a folder.

    Args:
        model: that answers.
        config: the ways of thinking.
        folder: of the run; its ledgers and decisions.
        images_dir: the folder that pictures are relative to.
        origin: what else the answers depend on, such as the adapter's hash.

    Raises:
        GapError: the folder holds a run with another model or other settings.
    """

    def __init__(
        self,
        model: VisionModel,
        config: AnswerConfig,
        folder: Path,
        *,
        images_dir: Path,
        origin: dict[str, Any] | None = None,
    ) -> None:
        self._model, self._config, self._folder = model, config, folder
        self._images_dir = images_dir
        settings = {
            "model": model.name,
            "quantization": model.quantization,
            "answering": config.model_dump(mode="json"),
            **(origin or {}),
        }
        refuse_other_settings(folder / SETTINGS, settings)

    def answer(
        self,
        test: Sequence[CoverItem],
        validation: Sequence[CoverItem],
        *,
        on_item: OnItem = lambda done, total: None,
    ) -> list[Answered]:
        """Exactly one answer for each test item, in their order; the folder then holds them all.

        Args:
            test: items of any tasks.
            validation: items with letters, never learnt from, that evidence is weighed on.
            on_item: told how many items are over.
        """
        answered: list[Answered] = []
        calibrations: dict[str, Calibrated] = {}
        for task in dict.fromkeys(item.task for item in test):
            told = [item for item in validation if item.task == task and item.letter is not None]
            asked = [item for item in test if item.task == task]
            done, total = len(answered), len(test)
            calibrations[task] = self._calibrate(task, told)
            answered += self._answer_task(
                task,
                asked,
                calibrations[task],
                lambda n: on_item(done + n, total),  # noqa: B023
            )
        places = {(one.item.task, one.item.name): one for one in answered}
        ordered = [places[item.task, item.name] for item in test]
        write_json(
            {
                "calibration": {task: one.record() for task, one in calibrations.items()},
                "answers": [one.record() for one in ordered],
            },
            self._folder / DECISIONS,
        )
        return ordered

    def _calibrate(self, task: str, items: Sequence[CoverItem]) -> Calibrated:
        """Weights for what all items get, and then for what uncertain ones get too."""
        if not items:
            return Calibrated(Weights())
        right = [LETTERS.index(item.letter or "") for item in items]
        with Ledger(self._folder / f"asked_validation_{task}.jsonl") as ledger:
            thinker = Thinker(self._model, ledger, self._config)
            questions = self._think_all(thinker, items, lambda n: None)
            plain = [thinker.evidence(one, is_verified=False) for one in questions]
            first = fit_weights(plain, right)
            self._verify_uncertain(thinker, questions, plain, first)
            whole = [thinker.evidence(one) for one in questions]
        weights = fit_weights([*plain, *_verified(whole)], [*right, *_verified_right(whole, right)])
        return Calibrated(
            weights,
            log_loss([Weights().decide(one) for one in whole], right),
            log_loss([weights.decide(one) for one in whole], right),
        )

    def _answer_task(
        self,
        task: str,
        items: Sequence[CoverItem],
        calibrated: Calibrated,
        on_item: Callable[[int], None],
    ) -> list[Answered]:
        weights = calibrated.weights
        with Ledger(self._folder / f"asked_test_{task}.jsonl") as ledger:
            thinker = Thinker(self._model, ledger, self._config)
            questions = self._think_all(thinker, items, on_item)
            plain = [thinker.evidence(one, is_verified=False) for one in questions]
            self._verify_uncertain(thinker, questions, plain, weights)
            answered = []
            for question in questions:
                evidence = thinker.evidence(question)
                answered.append(
                    Answered(
                        question.item,
                        weights.decide(evidence),
                        LETTERS[int(np.argmax(thinker.first_order(question)))],
                        LETTERS[int(np.argmax(evidence["direct"]))],
                        tuple(evidence),
                        ledger.seconds(item_name(question)),
                    )
                )
        return answered

    def _think_all(
        self, thinker: Thinker, items: Sequence[CoverItem], on_item: Callable[[int], None]
    ) -> list[Question]:
        """All items, a few side by side; their pictures are forgotten one after another."""
        rest, done = common_rest(items), []
        stories = stories_told(items, rest=rest)
        most = self._config.side_by_side
        for first in range(0, len(items), most):
            some = questions_of(
                items[first : first + most], rest=rest, images_dir=self._images_dir, texts=stories
            )
            thinker.think(some)
            done += [replace(one) for one in some]
            on_item(len(done))
        return done

    def _verify_uncertain(
        self,
        thinker: Thinker,
        questions: Sequence[Question],
        evidence: Sequence[Evidence],
        weights: Weights,
    ) -> None:
        doubtful = [
            question
            for question, known in zip(questions, evidence, strict=True)
            if max(weights.decide(known).probabilities) < self._config.verify_below
        ]
        most = self._config.side_by_side
        for first in range(0, len(doubtful), most):
            thinker.verify(doubtful[first : first + most])


def _verified(evidence: Sequence[Evidence]) -> list[Evidence]:
    return [one for one in evidence if "verified" in one]


def _verified_right(evidence: Sequence[Evidence], right: Sequence[int]) -> list[int]:
    return [place for one, place in zip(evidence, right, strict=True) if "verified" in one]


def refuse_other_settings(file: Path, settings: dict[str, Any]) -> None:
    """Keep the settings beside what depends on them.

    Raises:
        GapError: others are kept there.
    """
    if not file.is_file():
        write_json(settings, file)
        return
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as err:
        raise GapError(f"'{file}' can't be read. Choose another folder.") from err
    differing = sorted(
        name for name in settings.keys() | kept.keys() if settings.get(name) != kept.get(name)
    )
    if differing:
        raise GapError(
            f"'{file.parent}' holds what was made with another '{differing[0]}'. Choose another "
            "folder, or remove that one."
        )
