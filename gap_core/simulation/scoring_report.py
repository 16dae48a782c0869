"""What the proof of scoring prints. Called by scripts/validate_scoring.py."""

from collections.abc import Sequence

import pandas as pd

from gap_core.scoring.posterior import DEFAULT_ESTIMATOR, ESTIMATORS
from gap_core.simulation.scoring_figures import EstimatorFigures, missed_goals
from gap_core.simulation.validation import AS_SELECTED, Scenario, ScenarioFigures

# Populations with players who don't behave alike on both decks: no goals, only the cost.
BREAK_THE_ASSUMPTION = ("learners", "late_learners")


def title_of(scenario: Scenario) -> str:
    """The scenario in words."""
    world = scenario.world
    return (
        f"{scenario.population}, error rate {world.error_rate}, epsilon and delta "
        f"{world.errors.honest_wrong}, sessions {scenario.sessions}"
    )


def scenario_lines(found: ScenarioFigures) -> list[str]:
    """One line an estimator, and one on the detector."""
    doubted = "; ".join(f"{kind} {share}" for kind, share in found.learners_found.items())
    return [
        f"{title_of(found.scenario)} (error rate found: {found.error_rate:.3f})",
        *(_estimator_line(figures) for figures in found.estimators),
        f"  doubted: {doubted}",
    ]


def _estimator_line(of: EstimatorFigures) -> str:
    at_paper = "none" if of.recall_at_paper is None else f"{of.recall_at_paper:.3f}"
    return (
        f"  {of.estimator:20} ECE {of.ece.mean:.4f} [{of.ece.low:.4f}, {of.ece.high:.4f}] | "
        f"precision {of.precision} | recall {of.recall}, at paper's precision {at_paper} | "
        f"coverage {of.coverage} | bots out {of.bots_out} | unscored {of.unscored}"
    )


def goals_missed(found: ScenarioFigures) -> list[str]:
    """The goals of the joint estimator that this scenario misses, in words."""
    if found.scenario.population in BREAK_THE_ASSUMPTION:
        return []
    by_name = {figures.estimator: figures for figures in found.estimators}
    joint, paper = by_name[DEFAULT_ESTIMATOR], by_name["paper"]
    title = title_of(found.scenario)
    return [f"{title}: {words}" for words in missed_goals(joint, paper, theta=found.scenario.theta)]


def summary_lines(all_found: Sequence[ScenarioFigures]) -> list[str]:
    """By number of sessions, each estimator over the scenarios that keep the assumption."""
    lines = [
        "sessions estimator           ECE mean, worst  lowest precision  recall mean  "
        "coverage lowest, highest  bots out"
    ]
    for sessions in sorted({found.scenario.sessions for found in all_found}):
        for name in (*ESTIMATORS, AS_SELECTED):
            figures = [
                of
                for found in all_found
                for of in found.estimators
                if found.scenario.sessions == sessions
                and found.scenario.population not in BREAK_THE_ASSUMPTION
                and of.estimator == name
            ]
            if figures:
                lines.append(_summary_line(sessions, name, figures))
    return lines


def _summary_line(sessions: int, name: str, figures: list[EstimatorFigures]) -> str:
    errors = [of.ece.mean for of in figures]
    precisions = [of.precision.mean for of in figures if of.precision.mean is not None]
    recalls = [of.recall.mean for of in figures if of.recall.mean is not None]
    covered = [of.coverage.mean for of in figures if of.coverage.mean is not None]
    bots = [of.bots_out.mean for of in figures if of.bots_out.mean is not None]
    return (
        f"{sessions:8} {name:19} {_mean(errors)} {max(errors):9.3f} {_least(precisions):>17} "
        f"{_mean(recalls):>12} {_least(covered):>16} {max(covered, default=0):9.3f} "
        f"{_mean(bots):>9}"
    )


def _mean(values: list[float]) -> str:
    return f"{sum(values) / len(values):.3f}" if values else "none"


def _least(values: list[float]) -> str:
    return f"{min(values):.3f}" if values else "none"


def precision_table(all_found: Sequence[ScenarioFigures]) -> pd.DataFrame:
    """Precision of the selected questions, one row a scenario and estimator that selected any.

    Columns are those of `precision_chart`; with more than one population, error or number of
    sessions the rows of one error rate stand above each other.
    """
    rows = [
        {
            "estimator": of.estimator,
            "error_rate": found.scenario.world.error_rate,
            "precision": of.precision.mean,
            "low": of.precision.low,
            "high": of.precision.high,
        }
        for found in all_found
        for of in found.estimators
        if of.precision.n
    ]
    return pd.DataFrame(rows)
