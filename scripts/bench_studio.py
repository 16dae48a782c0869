"""Measures how long a labeler waits in the browser for the next question of a large queue."""

from __future__ import annotations

import json
import multiprocessing
import sys
import tempfile
from collections.abc import Callable
from multiprocessing.synchronize import Event
from pathlib import Path

import click

PASSWORD = "four cheap words here"  # noqa: S105 (of a made-up account)
PICTURES, DRAWN = 200, 40
SMALL = 1_000


@click.command()
@click.option("--items", default=100_000, show_default=True, help="Questions in the queue.")
@click.option("--labels", default=60, show_default=True, help="Labeled in the browser, each queue.")
@click.option(
    "--folder", type=click.Path(path_type=Path), help="Where to make the files; default: temporary."
)
def main(items: int, labels: int, folder: Path | None) -> None:
    """Measure the wait from the save key to the next question on the screen, in Chromium.

    A queue of a thousand is measured beside it, for comparison.

    Example: python -m scripts.bench_studio --items 2000 --labels 20
    """
    from gap_core.hardware import describe_hardware
    from gap_core.simulation.percentiles import percentiles

    if min(items, SMALL) < labels + 10 or items % 5:
        raise click.ClickException(
            f"A queue of {items} can't be made, or is used up by {labels} labels. Choose a "
            f"multiple of 5, and at most {SMALL - 10} labels."
        )
    record: dict[str, object] = {"items": items, "n": labels}
    click.echo(describe_hardware())
    with click.progressbar(length=2 * (labels + 1), label="Labeling", file=sys.stderr) as bar:
        for size in (SMALL, items):
            with tempfile.TemporaryDirectory(dir=folder) as made:
                waits = measure(Path(made), size, labels, on_label=lambda: bar.update(1))
            p50, p95, _ = percentiles(waits)
            click.echo(f"{size:>8,} questions: p50 {p50:.0f} ms, p95 {p95:.0f} ms, n={len(waits)}")
            record[f"of_{size}"] = {"p50_ms": p50, "p95_ms": p95, "most_ms": waits[-1]}
    click.echo(json.dumps(record))


def measure(folder: Path, items: int, labels: int, *, on_label: Callable[[], None]) -> list[float]:
    """Waits over a queue of that size, sorted."""
    from apps.listening import bound_socket
    from gap_core.simulation.studio_clicks import measure_waits

    fill(folder, items)
    with bound_socket("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
    context = multiprocessing.get_context("spawn")
    is_open = context.Event()
    studio = context.Process(target=serve, args=(folder, port, is_open), daemon=True)
    studio.start()
    try:
        if not is_open.wait(120):
            raise click.ClickException("The studio did not open within two minutes.")
        url = f"http://127.0.0.1:{port}"
        return measure_waits(url, name="Ada", password=PASSWORD, labels=labels, on_label=on_label)
    finally:
        studio.kill()
        studio.join()


def fill(folder: Path, items: int) -> None:
    """Made-up play and a queue over drawn pictures, and somebody to label."""
    from db import Store
    from db.bulk_labels import fill_with_items
    from db.bulk_play import PlaySize, fill_with_play
    from gap_core.labeling import Workbench
    from gap_core.pocket_world import render_scene, sample_scene

    with Store.open(folder / "gap.db") as store:
        size = PlaySize(2 * items, players=max(10, items // 100), images=PICTURES)
        fill_with_play(store, size)
        fill_with_items(store)
    (folder / "images").mkdir()
    drawn = [render_scene(sample_scene(seed, things=6)) for seed in range(DRAWN)]
    for number in range(PICTURES):
        drawn[number % DRAWN].save(folder / "images" / str(number), format="PNG")
    Workbench(folder / "gap.db", data_dir=folder).create_account("Ada", PASSWORD)


def serve(folder: Path, port: int, is_open: Event) -> None:
    """The real studio over that queue, whatever the posteriors; in a process of its own."""
    import uvicorn

    from apps.studio.app import build_app
    from apps.studio.studio import Studio
    from gap_core.labeling import LabelRules, Workbench

    workbench = Workbench(folder / "gap.db", data_dir=folder, rules=LabelRules(theta=0.0))
    studio = Studio(workbench, folder / "gap.db", folder, "none", b"of the benchmark, for minutes")
    app = build_app(studio, port=port, on_ready=is_open.set)
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="error", lifespan="on")


if __name__ == "__main__":
    main()
