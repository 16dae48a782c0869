"""Which marked questions are worth an expert's time. Called by the game."""

from db import Store
from gap_core.play.doubts import trusted_counts
from gap_core.play.posteriors import estimator_for, rows_of
from gap_core.play.views import SelectedQuestion
from gap_core.scoring.posterior import (
    DEFAULT_ESTIMATOR,
    EstimatorName,
    SelectedBy,
    is_selected,
)
from gap_core.scoring.rates import ModelErrors


def selected_questions(
    store: Store,
    *,
    theta: float,
    estimator: EstimatorName = DEFAULT_ESTIMATOR,
    by: SelectedBy = "estimate",
    errors: ModelErrors = ModelErrors(),  # noqa: B008 (frozen)
) -> list[SelectedQuestion]:
    """Questions marked wrong on untainted pictures whose player's posterior exceeds theta.

    Posteriors are those of all verdicts up to now. By `joint`, nothing is selected of sessions in
    which a player seems to have known the traps (doubts.py); the others believe everybody.

    Source: GAP paper, section 3; theta 0.8.
    """
    counts, doubts = store.scores.all_counts(), {}
    if estimator == "joint":
        counts, doubts = trusted_counts(store, counts), store.doubts.all()
    fitted = estimator_for(estimator, counts, store=store, errors=errors)
    estimates = fitted.estimates(rows_of(counts))
    posteriors = {player: estimates.of(place) for place, player in enumerate(counts)}
    selected = []
    for question in store.scores.marked_questions():
        posterior = posteriors[question.player_id]
        doubt = doubts.get(question.player_id)
        if doubt is not None and question.session >= doubt.since_session:
            continue
        if posterior is None or not is_selected(posterior, theta=theta, by=by):
            continue
        selected.append(
            SelectedQuestion(
                turn_id=question.turn_id,
                player_id=question.player_id,
                question=question.question,
                estimator=estimator,
                posterior=posterior,
            )
        )
    return selected
