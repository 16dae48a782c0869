"""Which marked questions are worth an expert's time. Called by the game."""

from db import Store
from db.records import MarkedQuestion
from gap_core.play.views import SelectedQuestion


def selected_questions(store: Store, *, theta: float) -> list[SelectedQuestion]:
    """Questions marked wrong on untainted pictures whose player's latest posterior exceeds theta.

    Each estimator selects by itself; a question that one of them selects is listed with both.

    Source: GAP paper, section 3; theta 0.8.
    """
    candidates = (_selected(question, theta) for question in store.scores.marked_questions())
    return [
        candidate
        for candidate in candidates
        if candidate.is_selected_by_paper or candidate.is_selected_by_smoothed
    ]


def _selected(question: MarkedQuestion, theta: float) -> SelectedQuestion:
    return SelectedQuestion(
        turn_id=question.turn_id,
        image_id=question.image_id,
        player_id=question.player_id,
        question=question.question,
        answer=question.answer,
        wrong_marks=question.wrong_marks,
        paper=question.paper,
        smoothed=question.smoothed,
        smoothed_low=question.smoothed_low,
        smoothed_high=question.smoothed_high,
        is_selected_by_paper=question.paper is not None and question.paper > theta,
        is_selected_by_smoothed=question.smoothed > theta,
    )
