"""Measures how fast a large database is scored and read, in a file that is made for it."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import click


@click.command()
@click.option("--turns", default=5_000_000, show_default=True, help="Questions with a verdict.")
@click.option("--players", default=50_000, show_default=True, help="Players.")
@click.option("--images", default=5_000, show_default=True, help="Pictures.")
@click.option("--reads", default=300, show_default=True, help="Readings of each kind.")
@click.option("--seed", default=1, show_default=True, help="Seed of the players who are read.")
@click.option(
    "--folder", type=click.Path(path_type=Path), help="Where to make the file; default: temporary."
)
def main(turns: int, players: int, images: int, reads: int, seed: int, folder: Path | None) -> None:
    """Measure scoring a whole database, and reading a leaderboard and a posterior from it.

    Example: python -m scripts.bench_scoring --turns 100000 --players 2000 --images 500
    """
    from db import Store
    from db.bulk_play import PlaySize, fill_with_play, last_moment
    from gap_core.hardware import describe_hardware
    from gap_core.play.rescoring import rescore
    from gap_core.scoring.rates import ModelErrors
    from gap_core.simulation.percentiles import percentiles
    from gap_core.simulation.scoring_speed import reading_times

    try:
        size = PlaySize(turns, players, images)
    except ValueError as err:
        raise click.ClickException(f"{err} Choose other sizes.") from err
    with tempfile.TemporaryDirectory(dir=folder) as made:
        with Store.open(Path(made) / "bench.db") as store:
            fill_with_play(store, size, on_table=lambda name: click.echo(f"made {name}", err=True))
            began = time.perf_counter()
            rescored = rescore(store, errors=ModelErrors(), now=datetime.now(UTC))
            rescore_s = time.perf_counter() - began
            with click.progressbar(length=2 * reads, label="Reading", file=sys.stderr) as bar:
                moment = last_moment(store)
                read = reading_times(
                    store, moment=moment, reads=reads, seed=seed, on_read=lambda: bar.update(1)
                )
    click.echo(f"{describe_hardware()}\n{turns:,} turns, {players:,} players, {images:,} pictures")
    click.echo(f"all scored again in {rescore_s:.1f} s, {len(rescored.player_ids):,} posteriors\n")
    record: dict[str, object] = {"turns": turns, "players": players, "rescore_s": rescore_s}
    click.echo(f"{'':<28}{'ours p50':>10}{'p99':>10}{'plain p50':>12}{'p99':>10}{'ratio':>8}  n")
    for times in read:
        ours, plain = (
            [1000 * mark for mark in percentiles(found)[::2]]
            for found in (times.ours_s, times.plain_s)
        )
        click.echo(
            f"{times.what:<28}{ours[0]:>7.2f} ms{ours[1]:>7.2f} ms{plain[0]:>9.2f} ms"
            f"{plain[1]:>7.2f} ms{plain[0] / ours[0]:>8.1f}  {reads}"
        )
        record[times.what.replace(" ", "_")] = {"ours_ms": ours, "plain_ms": plain, "n": reads}
    click.echo(json.dumps(record))


if __name__ == "__main__":
    main()
