"""The model asked again about accepted labels: is the question informative (still)?

Called by the workbench, in the background. Each reply is stored as it comes, so a killed check
goes on where it was. The models of the game answer greedily: the same words bring the same answer.
So the randomness of equation 10 is drawn over wordings that ask the same, the player's own first.

Source: GAP paper, eq. 10; it takes epsilon as 0: wrong once is wrong.
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from PIL import Image

from db import Store
from db.labeling_records import AcceptedAnswer, CheckedBy, LabelCheckRecord
from gap_core.errors import GapError
from gap_core.language import are_equivalent
from gap_core.play.text import storable_text
from models.base import Ask, VisionModel
from models.prompts import HONEST, PROMPT_VERSION

WORDINGS: tuple[Callable[[str], str], ...] = (
    lambda question: question,
    lambda question: question[:1].lower() + question[1:],
    lambda question: question.rstrip(" ?") or question,
    lambda question: f"Please tell me: {question[:1].lower()}{question[1:]}",
    lambda question: f"Look closely: {question[:1].lower()}{question[1:]}",
)
NO_ANSWER = "This question has no accepted answer to check. Label it first."


def checked_by(model: VisionModel) -> CheckedBy:
    """What a check records of the model."""
    return CheckedBy(model.name, model.quantization, model.adapter or "", PROMPT_VERSION)


def wording(question: str, place: int) -> str:
    """The question as it is asked the n-th time, from 0."""
    return WORDINGS[place % len(WORDINGS)](question)


def check_answer_of(
    store: Store,
    accepted: AcceptedAnswer,
    *,
    model: VisionModel,
    times: int,
    data_dir: Path,
    clock: Callable[[], datetime],
) -> LabelCheckRecord:
    """Ask the model what it was not asked yet, score the replies, and add them up.

    Raises:
        GapError: the picture is missing.
        ModelError: the model can't answer; what it said so far is kept.
    """
    check = store.label_checks.begin(
        accepted.label_id, checked_by=checked_by(model), times=times, started=clock()
    )
    picture = _picture(data_dir / accepted.image_path)
    for place in range(len(check.replies), check.times):
        question = wording(accepted.question, place)
        ask = Ask(picture, question, HONEST)
        (reply,) = model.answer([model.prepare(ask)])
        store.label_checks.add_reply(
            check.id,
            place=place,
            question=question,
            reply=storable_text(reply.text),
            is_right=are_equivalent(reply.text, accepted.answer, question=accepted.question),
            replied=clock(),
        )
    if check.wrong is not None:
        return check
    return store.label_checks.finish(check.id, finished=clock())


def _picture(path: Path) -> Image.Image:
    try:
        with Image.open(path) as picture:
            return picture.convert("RGB")
    except OSError as err:
        raise GapError(
            f"The picture at '{path}' can't be read ({err}). Restore it, then check again."
        ) from err


def is_missing_picture(accepted: AcceptedAnswer, data_dir: Path) -> bool:
    """Whether the picture was removed, so that a background check passes the label by."""
    return not (data_dir / accepted.image_path).is_file()
