"""Replays weeks of the paper's accounts through the game's own functions, sped up."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from gap_core.pocket_world import Scene
    from gap_core.simulation.replay_report import ReplayFigures, SizeFigures
    from gap_core.simulation.replaying import Progress, Replay


@click.command()
@click.option("--accounts", default=50_000, show_default=True, help="Who joined.")
@click.option("--weeks", default=1, show_default=True, help="Of play.")
@click.option("--pictures", default=400, show_default=True, help="Of each kind in the deck.")
@click.option("--within-min", type=float, help="Stop after so many minutes; the next run goes on.")
@click.option("--reads", default=200, show_default=True, help="Readings of each page at the end.")
@click.option("--fits", default=3, show_default=True, help="Fits of each kind at the end.")
@click.option("--seed", default=1, show_default=True, help="Seed of players, visits, answers.")
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    default=Path("data/replay"),
    show_default=True,
    help="Where the file grows; the same folder goes on where it was, whatever ended it.",
)
def main(
    accounts: int,
    weeks: int,
    pictures: int,
    within_min: float | None,
    reads: int,
    fits: int,
    seed: int,
    folder: Path,
) -> None:
    """Play the paper's crowd on one SQLite file and tell speed, waits and size.

    Three in ten accounts play in a week, sessions of ten pictures, by the population 'paper'; the
    model's answers cost nothing. Join, ask, answer, verdict, posterior, points and fits are the
    game's own; only the clock is sped up.

    Example: python -m scripts.replay_accounts --accounts 500 --folder data/replay_small
    """
    from db import StoreError
    from gap_core.errors import GapError
    from gap_core.hardware import describe_hardware
    from gap_core.simulation.replay_report import figures_of, size_of, time_at_size
    from gap_core.simulation.replaying import Replay, ReplaySize

    if min(accounts, weeks, pictures) < 1:
        raise click.ClickException("There must be accounts, weeks and pictures: 1 or more of each.")
    click.echo(describe_hardware())
    try:
        scenes = deal(folder, pictures)
        replay = Replay(folder, ReplaySize(accounts, weeks, seed), scenes=scenes)
        is_done = play(replay, accounts, within_min)
        figures, size = figures_of(folder, seed=seed), size_of(folder)
        times = time_at_size(replay, folder, reads=reads, fits=fits, seed=seed)
    except (GapError, StoreError) as err:
        raise click.ClickException(str(err)) from err
    tell(figures, size, times, is_done=is_done)


def deal(folder: Path, pictures: int) -> dict[str, Scene]:
    """The deck, drawn at the first run; what is true of it by the name of the file."""
    from gap_core.simulation.dealt_scenes import deal_scenes

    with click.progressbar(length=2 * pictures, label="Drawing", file=sys.stderr) as bar:
        return deal_scenes(
            folder,
            tainted=pictures,
            untainted=pictures,
            on_progress=lambda done, _of: bar.update(done - bar.pos),
        )


def play(replay: Replay, accounts: int, within_min: float | None) -> bool:
    """Join and play with bars on stderr; whether all was played."""
    with click.progressbar(length=accounts, label="Joining", file=sys.stderr) as bar:
        replay.join_all(lambda: bar.update(1))
    with click.progressbar(
        length=replay.hours, label="Playing", file=sys.stderr, item_show_func=str
    ) as bar:

        def tell_progress(at: Progress) -> None:
            if at.verdicts % 50 == 0:
                told = f"{at.verdicts:,} verdicts, {at.sessions_left:,} sessions left"
                bar.update(max(0, at.hour - bar.pos), told)

        within_s = float("inf") if within_min is None else 60 * within_min
        return replay.play(within_s=within_s, on_progress=tell_progress)


def tell(
    figures: ReplayFigures, size: SizeFigures, times: dict[str, list[float]], *, is_done: bool
) -> None:
    """Print it all, and a record as the last line."""
    from gap_core.simulation.percentiles import percentiles

    reached = "all is played" if is_done else "cut short: the next run goes on"
    click.echo(
        f"{size.accounts:,} accounts, {size.active:,} played {size.sessions:,} sessions with "
        f"{size.turns:,} questions in {size.played_s / 86400:.1f} days; {reached}"
    )
    click.echo(
        f"held {figures.per_s.mean:.0f} questions/s [{figures.per_s.low:.0f}, "
        f"{figures.per_s.high:.0f}], {figures.cpu_ms.mean:.2f} ms of processor time each "
        f"[{figures.cpu_ms.low:.2f}, {figures.cpu_ms.high:.2f}], n={figures.verdicts:,}"
    )
    click.echo(
        f"needed {size.mean_per_s:.2f} questions/s in the mean, {size.busiest / 60:.2f} in the "
        f"busiest minute: {60 * figures.per_s.mean / max(1, size.busiest):.0f} times less"
    )
    for mark, found in figures.waits_ms.items():
        click.echo(
            f"verdict p{100 * mark:.0f}: {found.mean:.1f} ms [{found.low:.1f}, {found.high:.1f}]"
        )
    parts = ", ".join(f"{middle:.1f} and {late:.1f}" for middle, late in figures.parts_ms)
    click.echo(f"verdict p50 and p99 by fifths of the run, ms: {parts}")
    parts = ", ".join(f"{took_ms:.2f}" for took_ms in figures.parts_cpu_ms)
    click.echo(f"processor time each by fifths of the run, ms: {parts}")
    for what, found in figures.fits_s.items():
        click.echo(f"beside it {what}: {len(found)} times, longest {max(found):.1f} s")
    for what, took_s in times.items():
        p50, p95, _ = percentiles(took_s)
        click.echo(f"{what}: p50 {1000 * p50:.1f} ms, p95 {1000 * p95:.1f} ms, n={len(took_s)}")
    total = sum(size.table_bytes.values())
    joined = "" if size.joined_bytes is None else f", {size.joined_bytes:.0f} bytes an account"
    click.echo(f"{total / 2**20:.0f} MiB on disk{joined}, {size.turn_bytes:.0f} bytes a question")
    for name, taken in list(size.table_bytes.items())[:8]:
        click.echo(f"  {name:<18}{taken / 2**20:>8.1f} MiB")
    record = {"is_done": is_done, "verdicts": figures.verdicts, "per_s": vars(figures.per_s)}
    record |= {"cpu_ms": vars(figures.cpu_ms), "refusals": figures.refusals}
    record |= {"waits_ms": {mark: vars(found) for mark, found in figures.waits_ms.items()}}
    record |= {"parts_cpu_ms": figures.parts_cpu_ms}
    record |= {"parts_ms": figures.parts_ms, "bytes": total, "turn_bytes": size.turn_bytes}
    record |= {"joined_bytes": size.joined_bytes, "accounts": size.accounts, "turns": size.turns}
    record |= {"busiest_minute": size.busiest, "days": size.played_s / 86400}
    record |= {what: percentiles(took_s)[:2] for what, took_s in times.items()}
    click.echo(json.dumps(record))


if __name__ == "__main__":
    main()
