"""What a simulated playtest prints. Called by scripts/simulate_playtest.py."""

from typing import Any

from db import Store
from gap_core.play import Game
from gap_core.play.posteriors import rows_of
from gap_core.scoring.counts import CountTables
from gap_core.scoring.pooled import pooled_posterior
from gap_core.scoring.posterior import ESTIMATORS
from gap_core.simulation.playtest import PlaytestLog, trap_precision


def playtest_figures(store: Store, game: Game, log: PlaytestLog) -> dict[str, Any]:
    """All figures by name; each share has its n and interval."""
    marks = [turn.mark for turn in log.turns.values() if turn.mark]
    return {
        "accounts": len(log.seats),
        "sessions finished": sum(session.is_finished for session in log.sessions),
        "turns": len(log.turns),
        "questions refused": log.refusals,
        "verdicts": len(marks),
        "verdicts Wrong": marks.count("wrong"),
        "answers truly wrong": log.wrong_answers,
        "verdicts that are right": log.right_verdicts,
        **_crowd_figures(store, log, pictures=game.rules.images_per_session),
        **_selected_figures(game, log),
        **_pooled_figures(store, game, log),
    }


def _crowd_figures(store: Store, log: PlaytestLog, *, pictures: int) -> dict[str, Any]:
    """What the paper tells of its players, of these."""
    counts = store.scores.all_counts()
    ends = trap_precision(counts[seat.player_id] for seat in log.seats if seat.player_id in counts)
    return {
        "accounts without a session": log.participation(0, 0),
        "accounts with one session": log.participation(1, 1),
        "accounts with more": log.participation(2),
        f"sessions that saw all {pictures} pictures": log.full_sessions(pictures),
        "precision on traps 0.9 to 1": ends.high,
        "precision on traps 0 to 0.1": ends.low,
    }


def _selected_figures(game: Game, log: PlaytestLog) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in ESTIMATORS:
        turns = [one.turn_id for one in game.selected_questions(estimator=name)]
        own = [turn for turn in turns if turn in log.turns]
        found[f"selected by {name}"] = len(own)
        found[f"their true precision, {name}"] = log.true_precision(own)
    return found


def _pooled_figures(store: Store, game: Game, log: PlaytestLog) -> dict[str, Any]:
    """What each estimator believes of everybody's Wrong on ordinary pictures, and what is true."""
    tables = CountTables.of(rows_of(store.scores.all_counts()))
    own = [one.turn_id for one in store.scores.marked_questions() if one.turn_id in log.turns]
    figures: dict[str, Any] = {"marked Wrong on ordinary pictures": log.true_precision(own)}
    for name in ESTIMATORS:
        found = pooled_posterior(name, tables, errors=game.rules.model_errors)
        words = "none" if found is None else f"{found.mean:.3f} [{found.low:.3f}, {found.high:.3f}]"
        figures[f"pooled posterior by {name}"] = words
    return figures
