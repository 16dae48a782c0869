"""Rounds: play, label, train, promote, three times over. Called by run_experiment.

The same players come each time. The pocket with the newest adapter plays the next round; all
labels so far are learnt from each time, beginning from the pocket itself. Each round goes on from
the data of the one before it, as a game does that is never shut. Source: GAP paper, section 3.
"""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from db import Store
from gap_core.decks.promotion import promote_learnt_images
from gap_core.evaluation.bootstrap import Figure
from gap_core.evaluation.kept import figure_of
from gap_core.experiments import parts
from gap_core.experiments.expert import Expert, label_queue
from gap_core.experiments.figures import before_after_chart, save_report, table
from gap_core.experiments.parts import Evening, OnStep, Playtest
from gap_core.experiments.run import ExperimentRun, Outcome
from gap_core.experiments.same_dataset import fresh_scenes
from gap_core.experiments.scenes import scene_figure
from gap_core.scoring.interval import Interval
from gap_core.scoring.shares import Share
from gap_core.training.registry import load_taught_model, register_run, request_adapter

NAME = "rounds"
ROUNDS = 3
# Only a picture with more than ten samples can become a trap, so many questions meet few pictures.
FEWER_PICTURES = 5


class Taught(NamedTuple):
    """What a round leaves to the next one."""

    data_dir: Path
    adapter: Path
    promoted: set[str]


def run_rounds(run: ExperimentRun, *, playtest: Playtest, on_step: OnStep) -> Outcome:
    """The error rate of every round, and report.md in the run's folder."""
    tainted, untainted = run.scale.pictures
    scale = replace(run.scale, pictures=(tainted, max(1, untainted // FEWER_PICTURES)))
    taught: Taught | None = None
    rounds: list[Outcome] = []
    for number in range(ROUNDS + 1):
        own = run.part(f"round-{number}", scale)
        rounds.append(_meet(own, number, taught, playtest, on_step))
        if number < ROUNDS:
            taught = _learn(own, number, taught, rounds, on_step)
    _count_errors(run, rounds, but=set() if taught is None else taught.promoted)
    means = [one["errors"][2] for one in rounds]
    falls = all(later < earlier for earlier, later in zip(means, means[1:], strict=False))
    figures = [_figures(one) for one in rounds]
    _report(run, figures, falls=falls)
    return {"rounds": figures, "goal_met": falls}


def _meet(
    own: ExperimentRun,
    number: int,
    taught: Taught | None,
    playtest: Playtest,
    on_step: OnStep,
) -> Outcome:
    """The same players against the newest model, which also looks at fresh scenes."""
    data_dir, scale = own.folder / parts.DATA, own.scale
    adapter = None if taught is None else taught.adapter
    later = None if taught is None else Evening(number, taught.data_dir, len(taught.promoted))

    def play() -> Outcome:
        played = parts.play(playtest, data_dir, scale, adapter=adapter, later=later)
        return played | {"ordinary": sorted(parts.ordinary_pictures(data_dir))}

    played = own.step("play", play)
    scenes = own.step("scenes", lambda: fresh_scenes(parts.MODEL, adapter, scale, on_step))
    return {"ordinary": played["ordinary"], "scenes": scenes}


def _learn(
    own: ExperimentRun,
    number: int,
    taught: Taught | None,
    rounds: list[Outcome],
    on_step: OnStep,
) -> Taught:
    """Label what was played, train on all labels so far, make traps of what is mastered."""
    data_dir, scale = own.folder / parts.DATA, own.scale
    expert = Expert(scale.labels * (number + 1), theta=scale.theta, seed=scale.seed)
    own.step("label", lambda: label_queue(data_dir, expert, errors=parts.model_errors()))
    samples = parts.samples_of(data_dir)
    replay = round(scale.replay * len(samples))
    # Promoted pictures are traps now: the pocket itself is not right about them.
    adapter = None if taught is None else taught.adapter
    own.step(
        "build",
        lambda: parts.build(
            data_dir, samples, replay=replay, scale=scale, on_step=on_step, adapter=adapter
        ),
    )
    sides = parts.sides_of(data_dir)
    folder = own.folder / "train"
    trained = own.step(
        "train",
        lambda: parts.train(
            folder,
            sides.train,
            sides.validation,
            data_dir=data_dir,
            scale=scale,
            on_step=on_step,
            name=f"round_{number}",
        ),
    )
    own.step("promote", lambda: _promote(data_dir, folder))
    promoted = set(rounds[0]["ordinary"]) - parts.ordinary_pictures(data_dir)
    rounds[-1] |= {"labels": len(samples), "promoted": len(promoted)}
    return Taught(data_dir, folder / str(trained["adapter"]), promoted)


def _promote(data_dir: Path, trained: Path) -> Outcome:
    with Store.open(data_dir / parts.DB) as store:
        adapter = register_run(store, trained, data_dir=data_dir)
        # The next evening is played with it; pictures are promoted only for what is served.
        request_adapter(store, adapter.name, data_dir=data_dir, requested_by=NAME)
        checks = promote_learnt_images(
            store,
            deck=parts.DECK,
            model=load_taught_model(store, adapter.name, data_dir=data_dir),
            data_dir=data_dir,
            decided_by=NAME,
            clock=lambda: datetime.now(UTC),
        )
    return {"checked": len(checks), "promoted": sum(check.is_promoted for check in checks)}


def _count_errors(run: ExperimentRun, rounds: list[Outcome], *, but: set[str]) -> None:
    """The errors of each round, on pictures that are ordinary ones in all of them."""
    before: Path | None = None
    for number, one in enumerate(rounds):
        data_dir = run.folder / f"round-{number}" / parts.DATA
        found = parts.untainted_errors(data_dir, before=before, but=but)
        one["errors"], before = found["untainted_errors"], data_dir


def _figures(one: Outcome) -> Outcome:
    """A round in a few numbers: how many pictures are ordinary, how often it is right on scenes."""
    scenes = {kind: parts.plain(scene_figure(right)) for kind, right in one["scenes"].items()}
    return one | {"ordinary": len(one["ordinary"]), "scenes": scenes}


def _report(run: ExperimentRun, rounds: list[Outcome], *, falls: bool) -> None:
    kinds = list(rounds[0]["scenes"])
    rows = [
        [
            number,
            one.get("labels", ""),
            one.get("promoted", ""),
            Share(*one["errors"]),
            *(figure_of(one["scenes"][kind]) for kind in kinds),
        ]
        for number, one in enumerate(rounds)
    ]
    text = "\n\n".join(
        [
            "Round 0 is played against the pocket, each later one against the adapter of the "
            "round before. Errors are counted by the scene graphs, on the pictures that are no "
            "traps in any round: the pictures that the labels are of, two thirds of which were "
            "learnt. Fresh scenes tell what was learnt beyond them.",
            table(
                [
                    "round",
                    "labels so far",
                    "pictures promoted so far",
                    "errors on ordinary pictures",
                    *(f"right on fresh {kind} scenes" for kind in kinds),
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
