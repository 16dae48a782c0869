"""Taking a verdict and what follows from it. Called by the game, inside its transaction."""

from datetime import timedelta

from db import Store
from db.records import RoundRecord, TurnContext, TurnRecord, Verdict
from gap_core.errors import PlayerError, Sentence
from gap_core.play.asking import OVER
from gap_core.play.dealing import new_id
from gap_core.play.flow import Flow
from gap_core.play.posteriors import posterior_record

NOT_YOURS = Sentence("This answer is not one of your game. Reload the page to see your game.")
TWICE = Sentence("This answer is marked already. Reload the page to see your game.")


def take_verdict(flow: Flow, player_id: str, *, turn_id: str, verdict: Verdict) -> None:
    """Record the verdict, update the player's posterior, and close the round if it is over.

    Raises:
        GapError: not this player's, not answered, marked already, or too late.
    """
    context = _own_turn(flow.store, player_id, turn_id)
    _check_may_mark(flow, context.turn, context.round)
    verdict_id = new_id()
    if not flow.store.turns.add_verdict(
        verdict_id, turn_id=turn_id, verdict=verdict, given=flow.now
    ):
        raise PlayerError(TWICE)
    _update_posterior(flow, context, verdict_id)
    if verdict == "wrong":
        flow.close_round(context.round, "wrong")
    elif _has_no_question_left(flow, context.round):
        flow.close_round(context.round, "questions_used")


def _own_turn(store: Store, player_id: str, turn_id: str) -> TurnContext:
    context = store.turns.context(turn_id)
    if context is None or context.player_id != player_id:
        raise PlayerError(NOT_YOURS)
    return context


def _check_may_mark(flow: Flow, turn: TurnRecord, asked_in: RoundRecord) -> None:
    if turn.verdict is not None:
        raise PlayerError(TWICE)
    if asked_in.closed_utc is not None or asked_in.deadline_utc is None:
        raise PlayerError(OVER)
    if turn.failure is not None:
        raise PlayerError("This question got no answer to mark. Ask again.")
    if turn.answer is None:
        raise PlayerError("The answer is not complete yet. Wait for it, then mark it.")
    if flow.now > asked_in.deadline_utc + timedelta(seconds=flow.rules.grace_s):
        raise PlayerError(OVER)


def _has_no_question_left(flow: Flow, asked_in: RoundRecord) -> bool:
    turns = flow.store.turns.of_round(asked_in.id)
    counted = [turn for turn in turns if turn.failure is None]
    return len(counted) >= flow.rules.questions_per_round or len(turns) >= flow.rules.asks_per_round


def _update_posterior(flow: Flow, context: TurnContext, verdict_id: str) -> None:
    # All of it is worked out for untainted pictures too and then dropped: a verdict that takes
    # longer on traps would tell them apart.
    posterior = posterior_record(
        flow.store,
        context.player_id,
        verdict_id=verdict_id,
        errors=flow.rules.model_errors,
        now=flow.now,
    )
    if context.round.tainted:
        flow.store.scores.add_posterior(posterior)
