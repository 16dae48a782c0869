"""Measures what a farm of bots is paid beside honest players."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import click


@click.command()
@click.option("--honest", default=100, show_default=True, help="Honest players.")
@click.option("--bots", default=100, show_default=True, help="Bots of each of five kinds.")
@click.option("--sessions", default=4, show_default=True, help="Sessions of each account.")
@click.option("--questions", default=3, show_default=True, help="At most about a picture.")
@click.option("--farm", default=1_000_000, show_default=True, help="Accounts that stop when lucky.")
@click.option("--marks", default=200, show_default=True, help="Marks of each of those at most.")
@click.option("--traps", default=400, show_default=True, help="Traps of the deck.")
@click.option("--seed", default=1, show_default=True, help="Seed of everything.")
def main(
    honest: int,
    bots: int,
    sessions: int,
    questions: int,
    farm: int,
    marks: int,
    traps: int,
    seed: int,
) -> None:
    """Print the share of each kind that is paid after each session, with 95% intervals.

    Everybody plays through the game's own door. Then accounts that mark by a coin and stop at
    their luckiest moment, without the game.

    Example: python -m scripts.simulate_farm --honest 20 --bots 20 --sessions 2
    """
    from db import Store
    from gap_core.decks.deal import deal_pocket_deck
    from gap_core.simulation.reward_farm import STRATEGIES, ever_paid, play_farm

    counts = {kind: honest if kind == "honest" else bots for kind in STRATEGIES}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with Store.open(folder / "gap.db") as store:
            deal_pocket_deck(store, data_dir=folder, tainted=traps, untainted=traps)
        length = sum(counts.values()) * sessions
        with click.progressbar(length=length, label="Playing", file=sys.stderr) as bar:
            results = play_farm(
                folder,
                deck="pocket",
                accounts=counts,
                sessions=sessions,
                questions=questions,
                seed=seed,
                on_session=lambda: bar.update(1),
            )
    for result in results:
        click.echo(f"{result.kind}: {result.mean_points:.0f} points a session")
        for number, share in enumerate(result.paid, start=1):
            click.echo(f"  paid after {number} sessions: {share}")
    lucky = ever_paid(farm=farm, marks=marks, seed=seed)
    click.echo(f"coin, stopping when lucky within {marks} marks: {lucky}")
    shown = {one.kind: [share._asdict() for share in one.paid] for one in results}
    click.echo(json.dumps({"paid": shown, "stopping": lucky._asdict()}))


if __name__ == "__main__":
    main()
