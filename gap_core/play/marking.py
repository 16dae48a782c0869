"""Taking a verdict and what follows from it. Called by the game, inside its transaction."""

from dataclasses import asdict
from datetime import timedelta

from db import Store
from db.records import PosteriorRecord, RoundRecord, TurnContext, TurnRecord, Verdict, VerdictCounts
from gap_core.errors import GapError
from gap_core.play.asking import OVER
from gap_core.play.dealing import new_id
from gap_core.play.flow import Flow
from gap_core.scoring.posterior import (
    BetaPrior,
    TaintedCounts,
    fit_beta_prior,
    paper_posterior,
    smoothed_posterior,
)

NOT_YOURS = "This answer is not one of your game. Reload the page to see your game."
TWICE = "This answer is marked already. Reload the page to see your game."


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
        raise GapError(TWICE)
    _update_posterior(flow, context, verdict_id)
    if verdict == "wrong":
        flow.close_round(context.round, "wrong")
    elif _has_no_question_left(flow, context.round):
        flow.close_round(context.round, "questions_used")


def _own_turn(store: Store, player_id: str, turn_id: str) -> TurnContext:
    context = store.turns.context(turn_id)
    if context is None or context.player_id != player_id:
        raise GapError(NOT_YOURS)
    return context


def _check_may_mark(flow: Flow, turn: TurnRecord, asked_in: RoundRecord) -> None:
    if turn.verdict is not None:
        raise GapError(TWICE)
    if asked_in.closed_utc is not None or asked_in.deadline_utc is None:
        raise GapError(OVER)
    if turn.failure is not None:
        raise GapError("This question got no answer to mark. Ask again.")
    if turn.answer is None:
        raise GapError("The answer is not complete yet. Wait for it, then mark it.")
    if flow.now > asked_in.deadline_utc + timedelta(seconds=flow.rules.grace_s):
        raise GapError(OVER)


def _has_no_question_left(flow: Flow, asked_in: RoundRecord) -> bool:
    turns = flow.store.turns.of_round(asked_in.id)
    counted = [turn for turn in turns if turn.failure is None]
    return len(counted) >= flow.rules.questions_per_round or len(turns) >= flow.rules.asks_per_round


def _update_posterior(flow: Flow, context: TurnContext, verdict_id: str) -> None:
    # All of it is worked out for untainted pictures too and then dropped: a verdict that takes
    # longer on traps would tell them apart.
    counts = flow.store.scores.counts(context.player_id)
    smoothed = smoothed_posterior(_tainted(counts), prior=all_players_prior(flow.store))
    posterior = PosteriorRecord(
        player_id=context.player_id,
        verdict_id=verdict_id,
        counts=counts,
        paper=paper_posterior(_tainted(counts)),
        smoothed=smoothed.mean,
        smoothed_low=smoothed.low,
        smoothed_high=smoothed.high,
        updated_utc=flow.now,
    )
    if context.round.tainted:
        flow.store.scores.add_posterior(posterior)


def all_players_prior(store: Store) -> BetaPrior:
    """The prior fitted over every player with a verdict on a tainted picture."""
    tallies = store.scores.wrong_mark_tallies()
    return fit_beta_prior(
        [TaintedCounts(tally.told, 0, tally.honest, 0) for tally in tallies],
        weights=[tally.players for tally in tallies],
    )


def _tainted(counts: VerdictCounts) -> TaintedCounts:
    return TaintedCounts(**asdict(counts))
