"""Measures how fast a large queue of questions serves labelers, in a file made for it."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import click


@click.command()
@click.option("--items", default=100_000, show_default=True, help="Questions in the queue.")
@click.option("--rounds", default=200, show_default=True, help="Items labeled alone, each order.")
@click.option("--labelers", default=15, show_default=True, help="Labelers at once.")
@click.option("--labels", default=40, show_default=True, help="Labels of each of them.")
@click.option(
    "--folder", type=click.Path(path_type=Path), help="Where to make the file; default: temporary."
)
def main(items: int, rounds: int, labelers: int, labels: int, folder: Path | None) -> None:
    """Measure claim, draft, submit and counts over a large queue, alone and together.

    Example: python -m scripts.bench_labeling --items 2000 --rounds 20
    """
    from db import Store
    from db.bulk_labels import fill_with_items
    from db.bulk_play import PlaySize, fill_with_play
    from gap_core.hardware import describe_hardware
    from gap_core.labeling import LabelRules, Workbench
    from gap_core.simulation.labeling_load import label_together, time_steps
    from gap_core.simulation.percentiles import percentiles

    if items < 50 or items % 5 or items < 3 * rounds + labelers * (labels + 1):
        raise click.ClickException(
            f"A queue of {items} can't be made, or is used up. Choose a multiple of 5 that is "
            "above three times the rounds and all labels together."
        )
    with tempfile.TemporaryDirectory(dir=folder) as made:
        path = Path(made) / "bench.db"
        with Store.open(path) as store:
            fill_with_play(store, PlaySize(2 * items, players=max(10, items // 100), images=1000))
            served = fill_with_items(store)
        bench = Workbench(path, data_dir=Path(made), rules=LabelRules(theta=0.0))
        people = [
            bench.create_account(f"Labeler {n}", "four cheap words here").id
            for n in range(labelers)
        ]
        with click.progressbar(length=3 * rounds, label="Alone", file=sys.stderr) as bar:
            steps = time_steps(bench, people[0], rounds=rounds, on_round=lambda: bar.update(1))
        crowd = label_together(bench, people, labels_each=labels)
    click.echo(f"{describe_hardware()}\n{served:,} questions in the queue\n")
    record: dict[str, object] = {"items": served, "labelers": labelers, "errors": crowd.errors}
    click.echo(f"{'alone':<28}{'p50':>10}{'p99':>10}  n")
    for what, times in [*steps, (f"save to next, {labelers} at once", crowd.next_s)]:
        p50, _, p99 = (1000 * mark for mark in percentiles(times))
        click.echo(f"{what:<28}{p50:>7.2f} ms{p99:>7.2f} ms  {len(times)}")
        record[what.replace(" ", "_")] = {"p50_ms": p50, "p99_ms": p99, "n": len(times)}
    record["labels_per_s"] = crowd.labels / crowd.wall_s
    click.echo(f"{record['labels_per_s']:.0f} labels/s together, {len(crowd.errors)} errors")
    click.echo(json.dumps(record))


if __name__ == "__main__":
    main()
