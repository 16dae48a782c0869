"""The science covers task: check its files, enlarge its training set, check and score answers."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from gap_core.covers.reading import ItemsRead
    from gap_core.covers.records import CoverItem

TASKS = ("image2text", "text2image")
_FOLDER = click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
_IMAGES = click.option(
    "--images-dir", type=click.Path(path_type=Path), help="Of the pictures; default: FOLDER."
)


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

    def run() -> dict[str, Any]:
        files = _files_of(folder, images_dir or folder)
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
@click.option(
    "--exact-leaks", is_flag=True, help="Only equal pictures and stories leak: for drawn worlds."
)
def augment(
    folder: Path, out: Path, images_dir: Path | None, times: int, seed: int, exact_leaks: bool
) -> None:
    """Write a larger training set into OUT: orders, hard distractors, the other task."""
    from gap_core.covers.augmenting import augment as augment_items

    def run() -> dict[str, Any]:
        files = _files_of(folder, images_dir or folder)
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


def _tests_of(folder: Path) -> dict[str, list[CoverItem]]:
    """The test items of each task that the folder has; their pictures stay unopened."""
    files = _files_of(folder, None)
    return {task: files[f"{task}_test"].items for task in TASKS if f"{task}_test" in files}


def _files_of(folder: Path, images_dir: Path | None) -> dict[str, ItemsRead]:
    """All files of the task in a folder, by their names without ending."""
    from gap_core.covers.reading import read_items
    from gap_core.errors import GapError

    found = {}
    for task in TASKS:
        for side in ("train", "dev", "test"):
            file = folder / f"{task}_{side}.json"
            if file.exists():
                found[file.stem] = read_items(
                    file, task=task, images_dir=images_dir, has_answers=side != "test"
                )
    if not found:
        raise GapError(f"'{folder}' has no file of the task, such as {TASKS[0]}_train.json.")
    return found


def _say_last(run: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Run, with a sentence for what a person can mend, and print the result as a line of JSON."""
    from gap_core.errors import GapError

    try:
        figures = run()
    except GapError as err:
        raise click.ClickException(str(err)) from err
    click.echo(json.dumps(figures))
    return figures


if __name__ == "__main__":
    main()
