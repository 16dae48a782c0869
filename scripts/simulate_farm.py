"""Measures what a farm of bots is paid beside honest players."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import click


@click.command()
@click.option("--honest", default=100, show_default=True, help="Honest players.")
@click.option("--cheats", default=20, show_default=True, help="Who look only at what seems a trap.")
@click.option("--bots", default=100, show_default=True, help="Bots of each of five kinds.")
@click.option("--sessions", default=4, show_default=True, help="Sessions of each account.")
@click.option("--questions", default=3, show_default=True, help="At most about a picture.")
@click.option("--farm", default=1_000_000, show_default=True, help="Accounts that stop when lucky.")
@click.option("--marks", default=200, show_default=True, help="Marks of each of those at most.")
@click.option("--traps", default=400, show_default=True, help="Traps of the deck.")
@click.option("--seed", default=1, show_default=True, help="Seed of everything.")
def main(
    honest: int,
    cheats: int,
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
    from gap_core.simulation.dealt_scenes import deal_scenes
    from gap_core.simulation.reward_farm import KINDS, ever_paid, play_farm
    from models.measured import read_measured

    counts = dict.fromkeys(KINDS, bots) | {"honest": honest, "guesses traps": cheats}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        scenes = deal_scenes(folder, tainted=traps, untainted=traps)
        length = sum(counts.values()) * sessions
        with click.progressbar(length=length, label="Playing", file=sys.stderr) as bar:
            results = play_farm(
                folder,
                scenes=scenes,
                accounts={kind: count for kind, count in counts.items() if count},
                sessions=sessions,
                questions=questions,
                seed=seed,
                errors=read_measured("pocket"),
                on_session=lambda: bar.update(1),
            )
    for result in results:
        click.echo(
            f"{result.kind}: {result.mean_points:.0f} points a session; of the marks on traps "
            f"{result.fresh} of new questions"
        )
        for number, share in enumerate(result.paid, start=1):
            click.echo(f"  paid after {number} sessions: {share}")
    lucky = ever_paid(farm=farm, marks=marks, seed=seed)
    click.echo(f"coin, stopping when lucky within {marks} marks: {lucky}")
    shown = {one.kind: [share._asdict() for share in one.paid] for one in results}
    click.echo(json.dumps({"paid": shown, "stopping": lucky._asdict()}))


if __name__ == "__main__":
    main()
