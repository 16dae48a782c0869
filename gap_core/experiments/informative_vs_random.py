"""Equal numbers of selected and of random questions: what is selection worth for training?

Called by run_experiment. Source: GAP paper, equations 14 and 15, which argue it unmeasured.
"""

from dataclasses import replace
from typing import Any

import numpy as np
from scipy import stats

from gap_core.evaluation.kept import figure_of
from gap_core.experiments.arms import (
    ARM_HEAD,
    arm_rows,
    common_ground,
    learnt_labels,
    random_samples,
    run_arm,
)
from gap_core.experiments.figures import before_after_chart, save_report, table
from gap_core.experiments.parts import OnStep, Playtest
from gap_core.experiments.run import ExperimentRun, Outcome
from gap_core.scoring.interval import LEVEL

NAME = "informative-vs-random"
TIMES = 2.0  # the goal: so many times the gain
SELECTED, RANDOM, NEITHER = "selected", "random", "replay alone"


def run_informative_vs_random(
    run: ExperimentRun, *, playtest: Playtest, on_step: OnStep
) -> Outcome:
    """The figures of every seed, and report.md in the run's folder."""
    arms: dict[str, Outcome] = {}
    for seed in run.scale.seeds:
        own = run.part(f"seed-{seed}", replace(run.scale, seed=seed))
        ground = common_ground(own, playtest=playtest, on_step=on_step)
        selected = learnt_labels(ground)
        drawn = random_samples(ground, most=len(selected), seed=seed)
        # Both learn from as many: a picture may have been asked too little for as many by lot.
        most = min(len(selected), len(drawn))
        ways = {SELECTED: selected[:most], RANDOM: drawn[:most], NEITHER: []}
        for way, samples in ways.items():
            arms[f"{way}, seed {seed}"] = run_arm(
                own.part(way.replace(" ", "-"), own.scale), ground, samples, on_step=on_step
            )
    outcome = {"arms": arms} | _gains(arms)
    _report(run, arms, outcome)
    return outcome


def _gains(arms: dict[str, Outcome]) -> Outcome:
    """Mean gain of both ways over the seeds, and the interval of how much more selection brings."""
    gains = {
        way: [arm["gain"]["difference"] for name, arm in arms.items() if name.startswith(way)]
        for way in (SELECTED, RANDOM, NEITHER)
    }
    more = np.subtract(gains[SELECTED], gains[RANDOM])
    means = {way: float(np.mean(own)) for way, own in gains.items()}
    floor = means[NEITHER]
    return {
        "gains": gains,
        "times": _times(means[SELECTED], means[RANDOM]),
        "floor": floor,
        "times_beyond": _times(means[SELECTED] - floor, means[RANDOM] - floor),
        "more": float(more.mean()),
        "more_interval": _t_interval(more),
        "goal_met": 0 < means[SELECTED] >= TIMES * means[RANDOM],
    }


def _times(one: float, other: float) -> float | None:
    return one / other if other > 0 else None


def _t_interval(values: np.ndarray) -> list[float] | None:
    """Student's interval of a mean over seeds; None for a single seed."""
    if len(values) < 2:
        return None
    reach = stats.t.ppf((1 + LEVEL) / 2, len(values) - 1) * stats.sem(values)
    return [float(values.mean() - reach), float(values.mean() + reach)]


def _report(run: ExperimentRun, arms: dict[str, Outcome], outcome: Outcome) -> None:
    interval = outcome["more_interval"]
    told = "one seed, so no interval" if interval is None else f"[{interval[0]:+.3f}, "
    if interval is not None:
        told += f"{interval[1]:+.3f}], Student's over {len(run.scale.seeds)} seeds"
    text = "\n\n".join(
        [
            "As many questions that selection chose as questions drawn by lot from the same "
            "pictures, the same replay beside both, asked the same validation questions. Seeds "
            "differ in players, split and training; the deck is one and the same. Replay alone "
            "teaches nothing new: what it gains is what any change of a mind does to questions "
            "that were chosen because the model erred.",
            table(ARM_HEAD, arm_rows(arms)),
            f"Selection gains {outcome['more']:+.3f} more ({told}), {_shown(outcome['times'])} "
            f"times as much. Goal, at least {TIMES:.0f} times: "
            f"{'met' if outcome['goal_met'] else 'missed'}. Beyond what replay alone gains, "
            f"{outcome['floor']:+.3f}, it is {_shown(outcome['times_beyond'])} times as much.",
        ]
    )
    shown: dict[str, Any] = {
        way: {name: figure_of(arm[way]) for name, arm in arms.items()}
        for way in ("before", "after")
    }
    chart = before_after_chart(shown, title="Selected against random questions")
    save_report(run.folder, NAME, text, {"arms": chart})


def _shown(times: float | None) -> str:
    return "an undefined number of" if times is None else f"{times:.2f}"
