"""How often a model does not do as it is told on a deck's traps, whose truth is known.

Called by scripts/measure_traps.py. Epsilon: wrong though asked to be right. Delta: right though
told to be wrong.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

from db import Store
from db.records import DrawnImage
from gap_core.errors import GapError
from gap_core.pocket_world import Scene, scene_from_json
from gap_core.pocket_world.questions import Question, sample_question
from gap_core.pocket_world.reading import judge_answer
from gap_core.scoring.shares import Share, clustered_share_of
from models.base import Ask, VisionModel
from models.prompts import HONEST, WRONG

BATCH = 16


class TrapAsk(NamedTuple):
    """A question with a known answer."""

    picture: DrawnImage
    scene: Scene
    question: Question


@dataclass
class _Count:
    """Answers under one instruction, picture by picture; what can't be read isn't scored."""

    hits: dict[str, int] = field(default_factory=dict)
    scored: dict[str, int] = field(default_factory=dict)
    unscored: int = 0

    def add(self, image_id: str, *, is_hit: bool) -> None:
        self.hits[image_id] = self.hits.get(image_id, 0) + is_hit
        self.scored[image_id] = self.scored.get(image_id, 0) + 1

    def share(self) -> Share:
        """With an interval over pictures: answers on one picture depend on each other."""
        pictures = sorted(self.scored)
        return clustered_share_of(
            np.array([self.hits[image_id] for image_id in pictures]),
            np.array([self.scored[image_id] for image_id in pictures]),
        )


@dataclass(frozen=True)
class TrapReport:
    """Both rates with their intervals, and the answers whose fact could not be read."""

    honest_wrong: Share
    told_right: Share
    unscored_honest: int
    unscored_told: int


def traps_with_known_answers(store: Store, deck: str) -> list[DrawnImage]:
    """The deck's traps that were drawn from a scene graph.

    Raises:
        GapError: there is none.
    """
    traps = {image.id for image in store.images.in_deck(deck, taint="tainted")}
    known = [drawn for drawn in store.images.drawn(deck) if drawn.image_id in traps]
    if not known:
        raise GapError(
            f"Deck '{deck}' has no trap whose answers are known: only drawn pictures have. "
            "Measure on --deck pocket-full, which ./scripts/play draws at its first start."
        )
    return known


def measure_traps(
    model: VisionModel,
    traps: Sequence[DrawnImage],
    *,
    data_dir: Path,
    questions: int,
    seed: int,
    on_answers: Callable[[int], None] = lambda _done: None,
) -> TrapReport:
    """Asks so many questions twice: honestly, and told to be wrong.

    Args:
        model: answers.
        traps: pictures with their scene graphs; taken in turn, in a random order.
        data_dir: where the pictures lie.
        questions: asked under each instruction.
        seed: of pictures and questions.
        on_answers: told how many answers came, twice as many as questions in the end.
    """
    asked = sample_trap_asks(traps, questions=questions, seed=seed)
    honest, told = _Count(), _Count()
    for system, counted in ((HONEST, honest), (WRONG, told)):
        for start in range(0, len(asked), BATCH):
            batch = asked[start : start + BATCH]
            count_answers(model, batch, system=system, data_dir=data_dir, into=counted)
            on_answers(len(batch))
    return TrapReport(
        honest_wrong=honest.share(),
        told_right=told.share(),
        unscored_honest=honest.unscored,
        unscored_told=told.unscored,
    )


def sample_trap_asks(traps: Sequence[DrawnImage], *, questions: int, seed: int) -> list[TrapAsk]:
    """So many questions, as evenly over the pictures as can be, of random forms."""
    rng = random.Random(f"traps {seed}")
    order = rng.sample(list(traps), k=len(traps))
    asks = []
    for number in range(questions):
        picture = order[number % len(order)]
        scene = scene_from_json(picture.graph_json)
        question = None
        while question is None:
            question = sample_question(scene, rng.choice(scene.world.asked_forms), rng=rng)
        asks.append(TrapAsk(picture, scene, question))
    return asks


def count_answers(
    model: VisionModel, asked: Sequence[TrapAsk], *, system: str, data_dir: Path, into: _Count
) -> None:
    """Asks one batch; a hit is a wrong answer under the honest instruction, else a right one."""
    asks = [
        Ask(read_picture(data_dir / ask.picture.path), ask.question.text, system) for ask in asked
    ]
    for ask, reply in zip(asked, model.answer(asks), strict=True):
        judged = judge_answer(ask.scene, ask.question, reply.text)
        if judged.is_right_kind:
            into.add(ask.picture.image_id, is_hit=judged.is_right == (system == WRONG))
        else:
            into.unscored += 1


def read_picture(path: Path) -> Image.Image:
    """A deck's picture as players see it.

    Raises:
        GapError: the file is gone.
    """
    try:
        with Image.open(path) as image:
            return image.convert("RGB")
    except OSError as err:
        raise GapError(
            f"Picture '{path}' can't be read. Start the game once: it draws lost pictures again."
        ) from err
