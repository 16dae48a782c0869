"""Rounds: play, label, train, three times over, against the same players. Called by run_experiment.

The pocket with the newest adapter plays the next round; all labels so far are learnt from each
time, beginning from the pocket itself. No picture is moved between the decks meanwhile, so that
the error rates of the rounds are of the same pictures.
"""

from pathlib import Path

from gap_core.dataset.sample import Sample
from gap_core.evaluation.bootstrap import Figure
from gap_core.experiments import parts
from gap_core.experiments.expert import Expert, label_queue
from gap_core.experiments.figures import before_after_chart, save_report, table
from gap_core.experiments.parts import OnStep, Playtest
from gap_core.experiments.run import ExperimentRun, Outcome
from gap_core.experiments.same_dataset import fresh_scenes
from gap_core.experiments.scenes import scene_figure
from gap_core.scoring.interval import Interval
from gap_core.scoring.shares import Share

NAME = "rounds"
ROUNDS = 3


def run_rounds(run: ExperimentRun, *, playtest: Playtest, on_step: OnStep) -> Outcome:
    """The error rate of every round, and report.md in the run's folder."""
    adapter: Path | None = None
    samples: list[Sample] = []
    rounds: list[Outcome] = []
    for number in range(ROUNDS + 1):
        own = run.part(f"round-{number}", run.scale)
        played, scenes = _meet(own, adapter, playtest, on_step)
        rounds.append({"errors": played["untainted_errors"], "scenes": scenes})
        if number < ROUNDS:
            samples += _labels(own)
            rounds[-1]["labels"] = len(samples)
            adapter = _learn(own, samples, on_step)
    means = [one["errors"][2] for one in rounds]
    falls = all(later < earlier for earlier, later in zip(means, means[1:], strict=False))
    _report(run, rounds, falls=falls)
    return {"rounds": rounds, "goal_met": falls}


def _meet(
    own: ExperimentRun, adapter: Path | None, playtest: Playtest, on_step: OnStep
) -> tuple[Outcome, Outcome]:
    """The same players against the newest model, which also looks at fresh scenes."""
    data_dir, scale = own.folder / parts.DATA, own.scale
    played = own.step("play", lambda: parts.play(playtest, data_dir, scale, adapter=adapter))
    scenes = own.step("scenes", lambda: fresh_scenes(parts.MODEL, adapter, scale.scenes, on_step))
    return played, scenes


def _labels(own: ExperimentRun) -> list[Sample]:
    data_dir = own.folder / parts.DATA
    expert = Expert(own.scale.labels, theta=own.scale.theta, seed=own.scale.seed)
    own.step("label", lambda: label_queue(data_dir, expert, errors=parts.model_errors()))
    return parts.samples_of(data_dir)


def _learn(own: ExperimentRun, samples: list[Sample], on_step: OnStep) -> Path:
    """An adapter that learnt all labels so far; the deck of every round lies in every folder."""
    data_dir, scale = own.folder / parts.DATA, own.scale
    replay = round(scale.replay * len(samples))
    own.step("build", lambda: parts.build(data_dir, samples, replay=replay, scale=scale))
    sides = parts.sides_of(data_dir)
    trained = own.step(
        "train",
        lambda: parts.train(
            own.folder / "train",
            sides.train,
            sides.validation,
            data_dir=data_dir,
            scale=scale,
            on_step=on_step,
        ),
    )
    return own.folder / "train" / str(trained["adapter"])


def _report(run: ExperimentRun, rounds: list[Outcome], *, falls: bool) -> None:
    rows = [
        [
            number,
            one.get("labels", ""),
            Share(*one["errors"]),
            *(scene_figure(one["scenes"][kind]) for kind in ("simple", "crowded")),
        ]
        for number, one in enumerate(rounds)
    ]
    text = "\n\n".join(
        [
            "Round 0 is played against the pocket, each later one against the adapter of the "
            "round before. Errors are counted by the scene graphs, on pictures that are no traps.",
            table(
                [
                    "round",
                    "labels learnt after it",
                    "errors on ordinary pictures",
                    "right on fresh simple scenes",
                    "right on fresh crowded scenes",
                ],
                rows,
            ),
            f"Goal, the error rate falls each time: {'met' if falls else 'missed'}.",
        ]
    )
    shown = {"errors": {f"round {n}": _figure(one["errors"]) for n, one in enumerate(rounds)}}
    chart = before_after_chart(shown, title="How often the model errs on ordinary pictures")
    save_report(run.folder, NAME, text, {"rounds": chart})


def _figure(errors: list[float]) -> Figure:
    share = Share(*errors)  # type: ignore[arg-type]
    interval = Interval(share.mean or 0.0, share.low or 0.0, share.high or 1.0)
    return Figure(share.mean, interval, share.n, share.n, 0)
