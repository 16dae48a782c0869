"""A model's answers to the items, kept one by one. Called by evaluating."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from PIL import Image

from db import Store
from db.evaluation_records import AnsweredBy
from gap_core.errors import GapError
from gap_core.evaluation.items import Answered, Item
from gap_core.play.text import storable_text
from models.base import Ask, VisionModel
from models.prompts import HONEST, PROMPT_VERSION

BATCH = 16

OnAnswered = Callable[[int, int], None]


def answered_by(model: VisionModel, *, weights: str, adapter: str = "") -> AnsweredBy:
    """What answers of this model are kept under.

    Args:
        model: that answers.
        weights: their fingerprint.
        adapter: its label and fingerprint; where it is "", the model's own word for it.
    """
    own = adapter or model.adapter or ""
    return AnsweredBy(model.name, weights, model.quantization, own, PROMPT_VERSION)


def answer_items(
    store: Store,
    items: Sequence[Item],
    *,
    model: VisionModel,
    by: AnsweredBy,
    data_dir: Path,
    clock: Callable[[], datetime],
    on_answered: OnAnswered,
) -> list[Answered]:
    """What the model says to each item; only what it was not asked before is asked.

    Raises:
        GapError: a picture is missing.
        ModelError: the model can't answer; what it said so far is kept.
    """
    known = {(i.image_id, i.question): _kept(store, by, i) for i in items}
    first = {(item.image_id, item.question): item for item in items}
    asked = [item for key, item in first.items() if known[key] is None]
    for start in range(0, len(asked), BATCH):
        batch = asked[start : start + BATCH]
        asks = [_ask_of(item, data_dir) for item in batch]
        replies = model.answer(asks)
        with store.transaction():
            for item, reply in zip(batch, replies, strict=True):
                text = storable_text(reply.text)
                known[item.image_id, item.question] = text
                store.evaluations.add_answer(
                    by,
                    image_id=item.image_id,
                    question=item.question,
                    answer=text,
                    latency_s=reply.latency_s,
                    answered=clock(),
                )
        on_answered(start + len(batch), len(asked))
    return [Answered(item, known[item.image_id, item.question] or "") for item in items]


def _kept(store: Store, by: AnsweredBy, item: Item) -> str | None:
    return store.evaluations.answer(by, image_id=item.image_id, question=item.question)


def _ask_of(item: Item, data_dir: Path) -> Ask:
    path = data_dir / item.image_path
    try:
        with Image.open(path) as picture:
            return Ask(picture.convert("RGB"), item.question, HONEST)
    except OSError as err:
        raise GapError(
            f"The picture at '{path}' can't be read ({err}). Restore it, or build the dataset "
            "without it."
        ) from err
