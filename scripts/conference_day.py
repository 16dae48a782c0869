"""Plays a day at a stand in an automated browser: kiosks, phones, a wall, bad manners."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gap_core.errors import GapError
from gap_core.simulation.headless_browser import find_chromium

if TYPE_CHECKING:
    from gap_core.simulation.stand.records import StandDay

CODE = "stand"
OPEN_WITHIN_S = 600


@click.command()
@click.option("--minutes", default=120.0, show_default=True, help="Of visitors coming, minutes.")
@click.option("--kiosks", default=4, show_default=True, help="Screens.")
@click.option("--gap-s", default=45.0, show_default=True, help="Mean time between visitors, s.")
@click.option("--haste", default=1.0, show_default=True, help="Divides every pause of a visitor.")
@click.option("--port", default=7870, show_default=True, help="The game listens there.")
@click.option("--data-dir", type=click.Path(path_type=Path), help="Default: one made for the day.")
@click.option("--seed", default=1, show_default=True, help="Of who comes and what they do.")
def main(
    minutes: float,
    kiosks: int,
    gap_s: float,
    haste: float,
    port: int,
    data_dir: Path | None,
    seed: int,
) -> None:
    """Start the game as a kiosk's, let visitors come, and print what came of it.

    Visitors play, walk off or behave badly; nobody helps. Exits with 1 where anything was found
    that should not have been.

    Example: python -m scripts.conference_day --minutes 2 --haste 10
    """
    from gap_core.simulation.stand.day import DayPlan, run_day

    try:
        browser = find_chromium()
    except GapError as err:
        raise click.ClickException(str(err)) from err
    began = time.monotonic()
    made = tempfile.TemporaryDirectory() if data_dir is None else nullcontext(str(data_dir))
    with made as name:
        folder = Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        with running_game(folder, port) as (pid, phone_url):
            plan = DayPlan(
                url=f"http://127.0.0.1:{port}", phone_url=phone_url, data_dir=folder,
                out_dir=folder, code=CODE, pid=pid, minutes=minutes, browser=browser,
                kiosks=kiosks, gap_s=gap_s, haste=haste, seed=seed,
            )  # fmt: skip
            day = asyncio.run(
                run_day(plan, on_tick=lambda so_far: tell_progress(so_far, began=began))
            )
        read_log(folder, day)
    tell(day)
    sys.exit(1 if day.troubles else 0)


@contextmanager
def running_game(folder: Path, port: int) -> Iterator[tuple[int, str]]:
    """The kiosk's own command over that folder; its process and the address for phones."""
    phone_url = f"http://localhost:{port}/"
    command = [
        sys.executable, "-m", "scripts.serve_game", "--kiosk", "--port", str(port),
        "--data-dir", str(folder), "--event-code", CODE, "--public-url", phone_url,
        "--log-file", str(folder / "log.jsonl"),
    ]  # fmt: skip
    told = folder / "server.txt"
    with told.open("wb") as out:
        game = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT)
        try:
            deadline = time.monotonic() + OPEN_WITHIN_S
            while "The game is open" not in told.read_text(encoding="utf-8"):
                if game.poll() is not None or time.monotonic() > deadline:
                    raise click.ClickException(f"The game did not open: {told.read_text()[-500:]}")
                time.sleep(0.5)
            yield game.pid, phone_url
        finally:
            game.terminate()
            game.wait(30)


def read_log(folder: Path, day: StandDay) -> None:
    """What the server itself called an error."""
    if "Traceback" in (folder / "server.txt").read_text(encoding="utf-8"):
        day.trouble("traceback in the server's output")
    for line in (folder / "log.jsonl").read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        if entry["level"] in ("ERROR", "CRITICAL") or "error" in entry:
            day.trouble("error in the server's log", line)


def tell_progress(day: StandDay, *, began: float) -> None:
    """One line a half minute."""
    click.echo(
        f"{(time.monotonic() - began) / 60:.1f} min: {day.visits.total()} visitors, "
        f"{day.questions} questions, {day.sessions} sessions, "
        f"{day.memory_mib[-1]:.0f} MiB, troubles: {dict(day.troubles) or 'none'}",
        err=True,
    )


def tell(day: StandDay) -> None:
    """The figures."""
    from gap_core.simulation.stand.records import quantiles

    for name, counted in (
        ("visitors", day.visits), ("left", day.left), ("acts", day.attacks),
        ("responses", day.responses), ("troubles", day.troubles),
    ):  # fmt: skip
        shown = ", ".join(f"{what}: {count}" for what, count in counted.most_common())
        click.echo(f"{name} ({counted.total()}): {shown or 'none'}")
    for kind, examples in day.examples.items():
        click.echo("\n  ".join([f"{kind}:", *examples]))
    click.echo(f"sessions {day.sessions}, questions answered {day.questions}")
    click.echo(f"looks for what the last visitor left: {day.checks}")
    click.echo(f"gaps chosen {day.chosen}, read on the wall {day.shown_gaps} times")
    click.echo(f"words of Gradio's about pages left in mid-answer: {day.cut_answers}")
    click.echo(f"answers: {quantiles(day.answers_s)}")
    click.echo(f"from the form to the board: {quantiles(day.opens_s)}")
    click.echo(f"from the last touch to the attract screen: {quantiles(day.resets_s)}")
    memory = day.memory_mib or [0.0]
    click.echo(f"server's memory: {memory[0]:.0f} MiB first, {memory[-1]:.0f} last")
    click.echo(
        json.dumps(
            {
                "visits": dict(day.visits), "left": dict(day.left), "acts": dict(day.attacks),
                "sessions": day.sessions, "questions": day.questions, "checks": day.checks,
                "memory_mib": [round(one, 1) for one in memory],
                "troubles": dict(day.troubles),
            }
        )
    )  # fmt: skip


if __name__ == "__main__":
    main()
