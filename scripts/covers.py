"""The science covers task: check its files, enlarge its training set, check and score answers."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from gap_core.covers.pipeline import Pipeline
    from gap_core.covers.records import CoverItem

STEPS = ("split", "augment", "reason", "train", "answer", "submit")
TASKS = ("image2text", "text2image")
_FOLDER = click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
_IMAGES = click.option(
    "--images-dir", type=click.Path(path_type=Path), help="Of the pictures; default: FOLDER."
)

_CONFIG = click.option(
    "--config", required=True, type=click.Path(path_type=Path, dir_okay=False),
    help="YAML with everything, such as gap_core/covers/configs/pocket.yaml.",
)  # fmt: skip


@click.group()
def main() -> None:
    """Steps of the covers task on FOLDER, which holds TASK_train.json, _dev.json and _test.json.

    Example: python -m scripts.covers make-pocket data/covers --train 200 --test 40
    """


@main.command()
@_FOLDER
@click.option("--train", default=1_877, show_default=True, help="Training items of each task.")
@click.option("--dev", default=10, show_default=True, help="Development items of each task.")
@click.option("--test", default=400, show_default=True, help="Test items of each task.")
@click.option("--seed", default=1, show_default=True, help="Seed of covers and stories.")
def make_pocket(folder: Path, train: int, dev: int, test: int, seed: int) -> None:
    """Draw the task in the pocket world: covers, stories, distractors that share parts."""
    from gap_core.covers.pocket_task import TaskSize, make_pocket_task

    with click.progressbar(length=train + dev + test, file=sys.stderr) as bar:
        counts = make_pocket_task(
            folder,
            size=TaskSize(train, dev, test),
            seed=seed,
            on_item=lambda done, _: bar.update(done - bar.pos),
        )
    click.echo(json.dumps(counts))


@main.command()
@_FOLDER
@_IMAGES
def check(folder: Path, images_dir: Path | None) -> None:
    """Read every file of the task there is, and name what can't be used, by id."""
    from gap_core.covers.reading import files_of

    def run() -> dict[str, Any]:
        files = files_of(folder, images_dir or folder)
        for name, found in files.items():
            click.echo(f"{name}: {len(found.items)} usable, {len(found.problems)} problems")
            for problem in found.problems:
                click.echo(f"  {problem}")
        usable = sum(len(found.items) for found in files.values())
        return {"usable": usable, "problems": sum(len(f.problems) for f in files.values())}

    _say_last(run)


@main.command()
@_FOLDER
@click.argument("out", type=click.Path(path_type=Path, file_okay=False))
@_IMAGES
@click.option("--times", default=1, show_default=True, help="New items of each kind, for each.")
@click.option("--seed", default=1, show_default=True, help="Seed of every choice.")
@click.option("--telling", default=0, show_default=True, help="Times to tell each cover's story.")
@click.option(
    "--exact-leaks", is_flag=True, help="Only equal pictures and stories leak: for drawn worlds."
)
def augment(
    folder: Path,
    out: Path,
    images_dir: Path | None,
    times: int,
    seed: int,
    telling: int,
    exact_leaks: bool,
) -> None:
    """Write a larger training set into OUT: orders, hard distractors, the other task."""
    from gap_core.covers.augmenting import augment as augment_items
    from gap_core.covers.reading import files_of

    def run() -> dict[str, Any]:
        files = files_of(folder, images_dir or folder)
        held_out = [
            item
            for name, found in files.items()
            if not name.endswith("_train")
            for item in found.items
        ]
        made = augment_items(
            {task: files[f"{task}_train"].items for task in TASKS if f"{task}_train" in files},
            held_out=held_out,
            images_dir=images_dir or folder,
            times=times,
            seed=seed,
            is_exact=exact_leaks,
            telling=telling,
        )
        made.write(out)
        for problem in made.dropped[:20]:
            click.echo(f"dropped: {problem}", err=True)
        return {"counts": made.counts(), "dropped": len(made.dropped), "out": str(out)}

    _say_last(run)


@main.command()
@_FOLDER
@click.argument("answers", type=click.Path(path_type=Path, file_okay=False))
def check_answers(folder: Path, answers: Path) -> None:
    """Check the files TASK_answer.json in ANSWERS against the test items of FOLDER."""
    from gap_core.covers.answers import answer_file, check_answer_file

    def run() -> dict[str, Any]:
        problems = 0
        for task, items in _tests_of(folder).items():
            found = check_answer_file(answer_file(answers, task), items)
            problems += len(found)
            click.echo(f"{task}: {len(found)} problems")
            for problem in found:
                click.echo(f"  {problem}")
        return {"problems": problems}

    if _say_last(run)["problems"]:
        sys.exit(1)


@main.command()
@_FOLDER
@click.argument("answers", type=click.Path(path_type=Path, file_okay=False))
def score(folder: Path, answers: Path) -> None:
    """Score ANSWERS against TASK_test_key.json of FOLDER: by task and overall, with intervals."""
    from gap_core.covers.answers import accuracy, answer_file, overall_accuracy, read_answers

    def run() -> dict[str, Any]:
        shares = {}
        for task, items in _tests_of(folder).items():
            key = read_answers(folder / f"{task}_test_key.json", items)
            shares[task] = accuracy(read_answers(answer_file(answers, task), items), key)
            click.echo(f"{task}: {shares[task]}")
        overall = overall_accuracy(list(shares.values()))
        click.echo(f"overall: {overall}")
        return {name: one.mean for name, one in shares.items()} | {"overall": overall.mean}

    _say_last(run)


@main.command()
@click.argument("name", type=click.Choice(STEPS))
@_CONFIG
@click.option("--replace", help="Submission that makes place for this one.")
def step(name: str, config: Path, replace: str | None) -> None:
    """Take one step as CONFIG has it; one that was stopped or killed goes on."""
    _say_last(lambda: _step(_pipeline(config), name, replace))


@main.command("all")
@_CONFIG
@click.option("--replace", help="Submission that makes place for this one.")
def run_all(config: Path, replace: str | None) -> None:
    """Take all steps as CONFIG has them: split, augment, reason, train, answer, submit."""

    def run() -> dict[str, Any]:
        pipeline = _pipeline(config)
        return {name: _step(pipeline, name, replace) for name in STEPS}

    _say_last(run)


@main.command()
@click.argument("out", type=click.Path(path_type=Path, file_okay=False))
@_CONFIG
def export(out: Path, config: Path) -> None:
    """Write CONFIG's lessons and training as a LLaMA-Factory project into OUT."""

    def run() -> dict[str, Any]:
        pipeline = _pipeline(config)
        for name in ("split", "augment", "reason"):
            _step(pipeline, name, None)
        return pipeline.export(out)

    _say_last(run)


@main.command()
@_CONFIG
@click.option("--plain-steps", default=300, show_default=True, help="Without augmentation.")
@click.option("--seeds", default=3, show_default=True, help="Runs of each way of training.")
def table(config: Path, plain_steps: int, seeds: int) -> None:
    """Base, fine-tuned, with augmentation, with inference-time scaling; a killed one goes on."""
    from gap_core.covers.pipeline import read_covers_config
    from gap_core.covers.table import run_table
    from scripts.train_lora import show_progress

    def run() -> dict[str, Any]:
        rows = run_table(
            read_covers_config(config),
            plain_steps=plain_steps,
            seeds=range(1, seeds + 1),
            on_stage=lambda stage: click.echo(f"\n{stage}", err=True),
            on_measured=show_progress,
        )
        if rows is None:
            raise click.ClickException("Stopped. The same command goes on.")
        for row in rows:
            told = ", ".join(f"{name} {one}" for name, one in row.figures.items())
            bias = ", ".join(f"{task} {one:.3f}" for task, one in row.bias.items())
            click.echo(f"{row.name}: {told}; letters off the key by {bias}")
        return {row.name: row.seeds for row in rows}

    _say_last(run)


def _pipeline(config: Path) -> Pipeline:
    from gap_core.covers.pipeline import Pipeline, read_covers_config
    from scripts.train_lora import show_progress

    return Pipeline(read_covers_config(config), on_measured=show_progress, on_item=_show_items)


def _step(pipeline: Pipeline, name: str, replace: str | None) -> Any:
    """The step's figures."""
    if name == "train":
        result = pipeline.train()
        if result.adapter is None:
            raise click.ClickException("Stopped. The same command goes on from here.")
        return {"step": result.best_step, "validation_accuracy": result.held_back_accuracy}
    if name == "submit":
        return pipeline.submit(replacing=replace).figures
    return getattr(pipeline, name)()


def _show_items(done: int, total: int) -> None:
    ended = done == total
    click.echo(f"\r{done}/{total} items answered ", nl=ended, err=True)


def _tests_of(folder: Path) -> dict[str, list[CoverItem]]:
    """The test items of each task that the folder has; their pictures stay unopened."""
    from gap_core.covers.reading import files_of

    files = files_of(folder, None)
    return {task: files[f"{task}_test"].items for task in TASKS if f"{task}_test" in files}


def _say_last(run: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Run, with a sentence for what a person can mend, and print the result as a line of JSON."""
    from gap_core.errors import GapError
    from models.errors import ModelError

    try:
        figures = run()
    except (GapError, ModelError) as err:
        raise click.ClickException(str(err)) from err
    click.echo(json.dumps(figures))
    return figures


if __name__ == "__main__":
    main()
