"""Base, plain fine-tuning and curriculum side by side, on questions of one hop and of several.

Called by scripts.run_curriculum.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from PIL import Image

from gap_core.evaluation.bootstrap import Figure, mean_figure
from gap_core.synthesis.agreeing import is_same_answer
from gap_core.synthesis.curriculum import STEPS, Made, Use
from gap_core.synthesis.curriculum_training import train_curriculum, train_plainly
from gap_core.synthesis.parsing import UnreadableReply, read_answer
from gap_core.synthesis.records import Language
from models.base import Ask, VisionModel
from models.prompts import HONEST
from models.registry import DEFAULT_MODEL, load_model

BATCH = 32
BASE, PLAIN_NAME, CURRICULUM = "base", "plain fine-tuning", "curriculum"
OnStage = Callable[[str], object]


class Asked(NamedTuple):
    """A held-out question."""

    picture: str
    question: str
    answer: str
    language: Language


class Row(NamedTuple):
    """How often one way of teaching is right, pictures as clusters, all seeds together."""

    name: str
    single: Figure
    multi: Figure


def held_out_questions(items: Sequence[Made]) -> tuple[list[Asked], list[Asked]]:
    """Sub-questions and merged questions of items that nothing learnt from."""
    single, multi = [], []
    for item in items:
        picture, language = item.subject.image_path, item.subject.language
        for one in item.seed.sub_questions:
            single.append(Asked(picture, one.question, one.answer, language))
        made = item.multi_hop
        multi.append(Asked(picture, made.question, made.answer, language))
    return single, multi


def compare_teaching(
    learnt: Sequence[Made],
    held_out: Sequence[Made],
    folder: Path,
    *,
    run: str,
    data_dir: Path,
    use: Use,
    settings: dict[str, Any],
    seeds: Sequence[int],
    on_stage: OnStage = lambda stage: None,
) -> list[Row] | None:
    """The table's rows; None where training was stopped, and the same call goes on.

    Args:
        learnt: items to learn from.
        held_out: items on other pictures, to ask about.
        folder: in which every run has its own.
        run: of synthesis.
        data_dir: that pictures are kept in.
        use: which items a step of the curriculum learns from.
        settings: of training, the model among them; plain fine-tuning takes as many steps as
            the whole curriculum.
        seeds: of training; one run each.
        on_stage: told what is done next.
    """
    asked = held_out_questions(held_out)
    model_name = str(settings.get("model", DEFAULT_MODEL))
    on_stage("asking the model as it is")
    scores = {BASE: [_scores(load_model(model_name), asked)], PLAIN_NAME: [], CURRICULUM: []}
    for seed in seeds:
        seeded = settings | {"seed": seed}
        on_stage(f"plain fine-tuning, seed {seed}")
        plain = train_plainly(
            learnt, folder / f"plain_{seed}", run=run, name=f"plain_{seed}",
            data_dir=data_dir, settings=seeded | {"epochs": plain_epochs(use, settings)},
        )  # fmt: skip
        on_stage(f"curriculum, seed {seed}")
        steps = train_curriculum(
            learnt, folder / f"curriculum_{seed}", run=run, name=f"curriculum_{seed}",
            data_dir=data_dir, use=use, settings=seeded,
        )  # fmt: skip
        if plain.adapter is None or len(steps) < 4:
            return None
        on_stage(f"asking both, seed {seed}")
        for name, adapter in ((PLAIN_NAME, plain.adapter), (CURRICULUM, steps[-1].adapter)):
            scores[name].append(_scores(load_model(model_name, adapter=adapter), asked))
    return [_row(name, found, asked) for name, found in scores.items()]


def plain_epochs(use: Use, settings: dict[str, Any]) -> float:
    """Passes of plain fine-tuning that take as many steps as the whole curriculum."""
    epochs = float(settings.get("epochs", 1.0))
    return epochs * len(STEPS) if use == "full" else epochs


def _scores(model: VisionModel, asked: tuple[list[Asked], list[Asked]]) -> tuple[np.ndarray, ...]:
    return tuple(score_model(model, questions) for questions in asked)


def score_model(model: VisionModel, questions: Sequence[Asked]) -> np.ndarray:
    """(N,) 1 where the model's answer says what the truth says, else 0."""
    scores: list[float] = []
    for start in range(0, len(questions), BATCH):
        part = questions[start : start + BATCH]
        asks = [Ask(_picture(one.picture), one.question, HONEST) for one in part]
        replies = model.answer(asks)
        scores += [
            float(_is_right(reply.text, one)) for one, reply in zip(part, replies, strict=True)
        ]
    return np.array(scores)


def _picture(path: str) -> Image.Image:
    with Image.open(path) as picture:
        return picture.convert("RGB")


def _is_right(text: str, asked: Asked) -> bool:
    try:
        said = read_answer(text)
    except UnreadableReply:
        return False
    return is_same_answer(said, asked.answer, question=asked.question, language=asked.language)


def _row(
    name: str, found: list[tuple[np.ndarray, ...]], asked: tuple[list[Asked], list[Asked]]
) -> Row:
    single, multi = (
        mean_figure(
            np.concatenate([scores[kind] for scores in found]),
            [one.picture for one in questions] * len(found),
        )
        for kind, questions in enumerate(asked)
    )
    return Row(name, single, multi)
