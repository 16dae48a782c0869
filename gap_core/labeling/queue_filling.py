"""Keeping the queue: new marks as they come, posteriors as they move. Called by the workbench.

A few hundred verdicts or some dozens of players a transaction, so that no game and no labeler
waits; killed in between, it goes on where it was.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from db import Store
from db.labeling_records import PlayerTrust
from db.queue_filling_store import QueueProgress
from gap_core.labeling.rules import LabelRules
from gap_core.language import category_of
from gap_core.play.doubts import trusted_counts
from gap_core.play.posteriors import estimator_for, rows_of
from gap_core.scoring.posterior import DEFAULT_ESTIMATOR, Estimator, is_selected

VERDICTS_A_STEP = 200
PLAYERS_A_STEP = 64


class Filled(NamedTuple):
    """What filling did.

    Attributes:
        added: marked turns that were looked at and are in the queue now.
        rescored: players whose items got their posterior worked out.
    """

    added: int
    rescored: int


def fill_queue(store: Store, *, rules: LabelRules) -> Filled:
    """Bring the queue up to date with all verdicts and the population as last fitted."""
    estimator, scored_with = queue_estimator(store, rules), _scored_with(store, rules)
    is_all_stale = store.queue_filling.progress().scored_with != scored_with
    added = rescored = 0
    for step in _add_marked(store, estimator, rules=rules, with_trust=not is_all_stale):
        added, rescored = added + step.added, rescored + step.rescored
    if is_all_stale:
        players = store.queue_filling.players()
        for start in range(0, len(players), PLAYERS_A_STEP):
            with store.transaction():
                chunk = players[start : start + PLAYERS_A_STEP]
                set_trust(store, estimator, chunk, rules=rules)
        with store.transaction():
            reached = store.queue_filling.progress()
            store.queue_filling.set_progress(QueueProgress(reached.verdicts, scored_with))
        rescored += len(players)
    return Filled(added, rescored)


def _add_marked(
    store: Store, estimator: Estimator, *, rules: LabelRules, with_trust: bool
) -> Iterator[Filled]:
    last = store.scores.last_verdict_number()
    while True:
        with store.transaction():
            reached = store.queue_filling.progress()
            if reached.verdicts >= last:
                return
            until = min(last, reached.verdicts + VERDICTS_A_STEP)
            fresh = store.queue_filling.fresh_verdicts(after=reached.verdicts, until=until)
            for marked in fresh.marked:
                store.queue_filling.add(marked, category=category_of(marked.question).category)
            if with_trust:
                set_trust(store, estimator, fresh.player_ids, rules=rules)
            store.queue_filling.set_progress(QueueProgress(until, reached.scored_with))
        yield Filled(len(fresh.marked), len(fresh.player_ids) if with_trust else 0)


def set_trust(
    store: Store, estimator: Estimator, player_ids: Sequence[str], *, rules: LabelRules
) -> None:
    """Work out these players' posteriors and put their items where these say."""
    counts = {player_id: store.scores.counts(player_id) for player_id in player_ids}
    is_joint = rules.estimator == DEFAULT_ESTIMATOR  # the others believe everybody
    if is_joint:
        counts = trusted_counts(store, counts)
    estimates = estimator.estimates(rows_of(counts))
    trusts = []
    for place, (player_id, own) in enumerate(counts.items()):
        # Without a verdict on a trap nothing is known of a player, as in `selected_questions`.
        tainted = own.told_marked_wrong + own.told_marked_correct
        tainted += own.honest_marked_wrong + own.honest_marked_correct
        posterior = estimates.of(place) if tainted else None
        trusts.append(
            PlayerTrust(
                player_id=player_id,
                mean=None if posterior is None else posterior.mean,
                low=None if posterior is None else posterior.low,
                high=None if posterior is None else posterior.high,
                is_selected=is_selected(posterior, theta=rules.theta, by=rules.selected_by),
            )
        )
    store.queue_filling.set_trust(trusts, with_doubts=is_joint)


def queue_estimator(store: Store, rules: LabelRules) -> Estimator:
    """The estimator whose posteriors the queue goes by."""
    # Only `joint` is kept fitted; the others are for comparison and fit themselves to everybody.
    counts = {} if rules.estimator == DEFAULT_ESTIMATOR else store.scores.all_counts()
    return estimator_for(rules.estimator, counts, store=store, errors=rules.errors)


def _scored_with(store: Store, rules: LabelRules) -> str:
    """All that posteriors depend on besides a player's own counts."""
    fitted = store.scores.latest_population()
    population = "flat" if fitted is None else f"{fitted.fitted_utc} {fitted.verdicts}"
    return f"{population} {rules.estimator} {rules.selected_by} {rules.theta} {rules.errors}"
