"""Same dataset: the pocket before and after LoRA on what its own players found.

Called by run_experiment. Play, label, dataset, evaluate, train, evaluate: each the product's own
part. Source: GAP paper, section 5 (its score goes from 0.147 to 0.447).
"""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from gap_core.evaluation.kept import figure_of, paired_of
from gap_core.evaluation.report import compare
from gap_core.experiments import parts
from gap_core.experiments.figures import (
    before_after_chart,
    save_report,
    table,
)
from gap_core.experiments.gathering import gather
from gap_core.experiments.parts import OnStep, Playtest
from gap_core.experiments.run import ExperimentRun, Outcome
from gap_core.experiments.scale import Scale
from gap_core.experiments.scenes import (
    CROWDED,
    SIMPLE,
    kinds_of,
    right_on_scenes,
    scene_difference,
    scene_figure,
)

NAME = "same-dataset"
UP_BY, WORSE_BY = 0.30, 0.01  # the goals: validation score, simple scenes
_GOALS = {SIMPLE.name: f"at most {WORSE_BY} worse", CROWDED.name: "none; not worse"}


def run_same_dataset(run: ExperimentRun, *, playtest: Playtest, on_step: OnStep) -> Outcome:
    """The figures, and report.md in the run's folder."""
    return learn_and_compare(run, NAME, pupil=parts.MODEL, playtest=playtest, on_step=on_step)


def learn_and_compare(
    run: ExperimentRun, name: str, *, pupil: str, playtest: Playtest, on_step: OnStep
) -> Outcome:
    """Players find what the pocket gets wrong, and the pupil, itself or another, learns it."""
    data_dir, scale = run.folder / parts.DATA, run.scale
    played, labeled, built = gather(run, playtest=playtest, on_step=on_step)
    before = run.step("before", lambda: fresh_scenes(pupil, None, scale, on_step))
    trained = run.step("train", lambda: _train(run, data_dir, pupil, on_step))
    adapter = run.folder / "train" / trained["adapter"]
    after = run.step("after", lambda: fresh_scenes(pupil, adapter, scale, on_step))
    scored = run.step("score", lambda: _score(data_dir, pupil, adapter, on_step))
    outcome = figures(scored, before, after)
    _report(run, name, played, labeled, built, trained, outcome)
    return outcome


def _train(run: ExperimentRun, data_dir: Path, pupil: str, on_step: OnStep) -> Outcome:
    sides = parts.sides_of(data_dir)
    return parts.train(
        run.folder / "train",
        sides.train,
        sides.validation,
        data_dir=data_dir,
        scale=run.scale,
        on_step=on_step,
        pupil=pupil,
    )


def fresh_scenes(pupil: str, adapter: Path | None, scale: Scale, on_step: OnStep) -> Outcome:
    """What the model is right about on scenes of each kind that nobody saw."""
    model = parts.load_pupil(pupil, adapter)
    return {
        kind.name: right_on_scenes(
            model,
            kind,
            scenes=scale.scenes,
            on_answers=partial(on_step, f"{kind.name} scenes"),
        )
        for kind in kinds_of(scale.world)
    }


def _score(data_dir: Path, pupil: str, adapter: Path, on_step: OnStep) -> Outcome:
    items = parts.items_of(parts.sides_of(data_dir).validation)
    first = parts.score(data_dir, items, adapter=None, on_step=on_step, pupil=pupil)
    second = parts.score(data_dir, items, adapter=adapter, on_step=on_step, pupil=pupil)
    return {
        "before": _factual(first.report.figures),
        "after": _factual(second.report.figures),
        "difference": parts.plain(compare(first, second)["factual"]),
    }


def _factual(figures: Mapping[str, Mapping[str, Any]]) -> Outcome:
    found: Outcome = parts.plain(dict(figures["factual"]))
    return found


def figures(scored: Outcome, before: Outcome, after: Outcome) -> Outcome:
    """Everything that is reported, as plain values."""
    scenes = {
        name: {
            "before": parts.plain(scene_figure(before[name])),
            "after": parts.plain(scene_figure(after[name])),
            "difference": parts.plain(scene_difference(before[name], after[name])),
        }
        for name in before
    }
    up_by = scored["difference"]["all"]["difference"]
    worse_by = -scenes[SIMPLE.name]["difference"]["difference"]
    return {
        "gap": scored,
        "scenes": scenes,
        "goal_met": {"score": up_by >= UP_BY, "simple": worse_by <= WORSE_BY},
    }


def _report(
    run: ExperimentRun,
    name: str,
    played: Outcome,
    labeled: Outcome,
    built: Outcome,
    trained: Outcome,
    outcome: Outcome,
) -> None:
    gap, scenes, met = outcome["gap"], outcome["scenes"], outcome["goal_met"]
    text = "\n\n".join(
        [
            f"Ordinary pictures of the {run.scale.world} world. "
            f"{played['turns']} questions of {run.scale.players} simulated players; "
            f"{sum(labeled.values())} labels, of them {labeled.get('answer', 0)} answers; "
            f"{built['train_labels']} learnt with {trained['learnt'] - built['train_labels']} of "
            f"replay, {built['validation_labels']} asked. {trained['steps']} steps in "
            f"{trained['seconds']:.0f} s.",
            table(
                ["figure", "goal", "before", "after", "difference"],
                [
                    _row("validation, factual score", f"+{UP_BY}", gap, "all"),
                    *(
                        _scene_row(kind, _GOALS.get(kind, "none; better"), scenes)
                        for kind in scenes
                    ),
                ],
            ),
            f"Goal for the score: {_told(met['score'])}. "
            f"For simple scenes: {_told(met['simple'])}. Validation questions were chosen because "
            "the model erred on them, so any change of a mind that is made up by a hair helps "
            "there; fresh scenes, chosen by nothing, tell what was learnt.",
            table(
                ["category", "before", "after", "difference"],
                [_row(one, None, gap, one) for one in gap["before"] if one != "all"],
            ),
        ]
    )
    rows = {
        way: {name: figure_of(gap[way][name]) for name in gap[way]}
        | {f"{kind} scenes": figure_of(scenes[kind][way]) for kind in scenes}
        for way in ("before", "after")
    }
    chart = before_after_chart(rows, title="Before and after LoRA on the players' questions")
    save_report(run.folder, name, text, {"before_after": chart})


def _told(is_met: bool) -> str:
    return "met" if is_met else "missed"


def _row(name: str, goal: str | None, gap: Outcome, category: str) -> list[object]:
    cells: list[object] = [
        figure_of(gap["before"][category]),
        figure_of(gap["after"][category]),
        paired_of(gap["difference"][category]),
    ]
    return [name, *([] if goal is None else [goal]), *cells]


def _scene_row(kind: str, goal: str, scenes: Outcome) -> list[object]:
    own = scenes[kind]
    shown = figure_of(own["before"]), figure_of(own["after"]), paired_of(own["difference"])
    return [f"right on fresh {kind} scenes", goal, *shown]
