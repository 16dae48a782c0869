"""Asking a question and taking its answer. Called by the game, inside its transaction."""

import math
from pathlib import Path

from db import Store
from db.records import AnsweredBy, AnswerTiming, RoundRecord, TurnRecord
from gap_core.errors import PlayerError, Sentence
from gap_core.play.dealing import new_id
from gap_core.play.draw import WrongDraw
from gap_core.play.flow import Flow
from gap_core.play.text import question_key, storable_text
from gap_core.play.views import ModelLabel, OpenTurn
from models.prompts import HONEST, WRONG

NOT_YOURS = Sentence(
    "This picture is not being shown to you now. Reload the page to see your game."
)
OVER = Sentence("The time for this picture is over. Reload the page to see the next one.")
SENTENCE_ENDS = tuple('.!?…。！？।"”»)')
SERVER_STOPPED = "lost: the server stopped before the answer came"


def own_open_round(store: Store, player_id: str, *, round_token: str) -> RoundRecord:
    """The round of this token, if it is the one open for this player.

    Raises:
        GapError: it is not; the words are the same whatever the reason.
    """
    session = store.sessions.unfinished(player_id)
    opened = None if session is None else store.sessions.open_round(session.id)
    if opened is None or opened.token != round_token:
        raise PlayerError(NOT_YOURS)
    return opened


def picture_file(store: Store, opened: RoundRecord, *, data_dir: Path) -> Path:
    """Where the round's picture lies.

    Raises:
        GapError: it has been removed.
    """
    image = store.images.get(opened.image_id)
    file = None if image is None else data_dir / image.path
    if file is None or not file.is_file():
        raise PlayerError("The picture is missing on the server. Tell the host of the game.")
    return file


def open_turn(
    flow: Flow,
    player_id: str,
    *,
    round_token: str,
    question: str,
    data_dir: Path,
    draw: WrongDraw,
    model: ModelLabel,
) -> OpenTurn:
    """Take a checked question on the open picture and say what the model is to be asked.

    Raises:
        GapError: the round is not this player's, its picture is missing, it is too late, or the
            player has to do something else first.
    """
    opened = own_open_round(flow.store, player_id, round_token=round_token)
    image_path = picture_file(flow.store, opened, data_dir=data_dir)
    turn = _add_turn(flow, opened, question=question, draw=draw, model=model)
    return OpenTurn(
        turn_id=turn.id,
        system=WRONG if turn.told_wrong else HONEST,
        image_path=image_path,
        question=turn.question,
        max_tokens=flow.rules.answer_max_tokens,
    )


def _add_turn(
    flow: Flow, opened: RoundRecord, *, question: str, draw: WrongDraw, model: ModelLabel
) -> TurnRecord:
    """Record the question, before the model sees it, with the decision how it is answered.

    The draw is made for every picture, so that no picture takes longer, and counts on tainted
    ones only.

    Raises:
        GapError: too late, or the player has to do something else first.
    """
    turns = flow.store.turns.of_round(opened.id)
    _check_may_ask(flow, opened, turns)
    key = question_key(question)
    is_drawn = draw.is_wrong(opened.image_id, question_key=key)
    turn = TurnRecord(
        id=new_id(),
        round_id=opened.id,
        place=len(turns) + 1,
        question=question,
        question_key=key,
        told_wrong=opened.tainted and is_drawn,
        answered_by=AnsweredBy(
            model=model.name,
            quantization=model.quantization,
            adapter=model.adapter,
            prompt_version=model.prompt_version,
            seed=model.seed,
        ),
        asked_utc=flow.now,
    )
    if not flow.store.turns.add(turn):
        raise PlayerError("Your last question is still being answered. Wait for the answer.")
    return turn


def _check_may_ask(flow: Flow, opened: RoundRecord, turns: list[TurnRecord]) -> None:
    if any(turn.is_open for turn in turns):
        raise PlayerError("Your last question is still being answered. Wait for the answer.")
    if opened.deadline_utc is None or flow.now > opened.deadline_utc:
        raise PlayerError(OVER)
    counted = [turn for turn in turns if turn.failure is None]
    if counted and counted[-1].verdict is None:
        raise PlayerError("Mark the last answer Correct or Wrong before you ask again.")
    rules = flow.rules
    if len(counted) >= rules.questions_per_round or len(turns) >= rules.asks_per_round:
        raise PlayerError(
            "{asked} questions were asked about this picture; no more are allowed. "
            "Mark the last answer, or wait for the next picture.",
            asked=len(turns),
        )


def answer_timing(*, tokens: int, latency_s: float, first_word_s: float) -> AnswerTiming:
    """What a model says of its own pace, with nothing in it that can't be stored."""
    return AnswerTiming(
        tokens=max(0, tokens),
        latency_s=_duration_s(latency_s),
        first_word_s=_duration_s(first_word_s),
    )


def _duration_s(seconds: float) -> float:
    return max(0.0, seconds) if math.isfinite(seconds) else 0.0


def take_answer(
    flow: Flow, turn_id: str, *, answer: str, timing: AnswerTiming, adapter: str | None
) -> None:
    """Record the answer and give the time it took back to the player.

    Raises:
        GapError: the turn waits for no answer any more.
    """
    context = flow.store.turns.context(turn_id)
    is_taken = context is not None and flow.store.turns.answer(
        turn_id,
        answer=storable_text(_told_cut(answer, timing.tokens, flow.rules.answer_max_tokens)),
        answered=flow.now,
        timing=timing,
        adapter=adapter,
    )
    if context is None or not is_taken:
        raise PlayerError("The answer came after its question was given up. Ask again.")
    flow.give_back_wait(context.round, context.turn)


def _told_cut(answer: str, tokens: int, limit: int) -> str:
    """The answer, with dots where the model was cut off within a sentence."""
    is_cut = answer and tokens >= limit and not answer.endswith(SENTENCE_ENDS)
    return f"{answer} …" if is_cut else answer


def give_up_answer(flow: Flow, turn_id: str, *, failure: str) -> None:
    """Record that no answer will come; nothing changes if one came or it was given up before."""
    context = flow.store.turns.context(turn_id)
    if context is None or not flow.store.turns.fail(turn_id, failure=storable_text(failure)):
        return
    flow.give_back_wait(context.round, context.turn)


def release_lost_turns(flow: Flow) -> int:
    """Give up every unanswered question; how many there were."""
    lost = flow.store.turns.unanswered()
    for turn in lost:
        give_up_answer(flow, turn.id, failure=SERVER_STOPPED)
    return len(lost)
