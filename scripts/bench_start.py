"""Times how long a host waits from the command to the first answer that a player reads."""

from __future__ import annotations

import json
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import click

from gap_core.errors import GapError
from gap_core.hardware import describe_hardware
from gap_core.simulation.headless_browser import find_chromium
from models.registry import DEFAULT_MODEL

ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")
QUESTION = "What is on the left?"
LONGEST_S = 120


class Wait(NamedTuple):
    """Seconds since the command: the page is there, and an answer on it."""

    page_s: float
    answer_s: float


@click.command()
@click.option("--model", default=DEFAULT_MODEL, show_default=True, help="As for ./scripts/play.")
@click.option("--times", default=3, show_default=True, help="First starts, and starts after them.")
def main(model: str, times: int) -> None:
    """Start the game in a new folder and again in the same one, and play to the first answer.

    Example: python -m scripts.bench_start --times 3
    """
    if times < 1:
        raise click.ClickException("Nothing is measured in no start. Take 1 or more.")
    try:
        chromium = find_chromium()
    except GapError as err:
        raise click.ClickException(str(err)) from err
    from playwright.sync_api import sync_playwright

    waits: dict[str, list[Wait]] = {"first start": [], "later start": []}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for _ in range(times):
            with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
                for kind in waits:
                    wait = wait_for_answer(browser, model, Path(folder), name=kind.split()[0])
                    waits[kind].append(wait)
        browser.close()
    click.echo(f"'{model}' on {describe_hardware()}\n")
    for kind, seen in waits.items():
        _print_waits(kind, seen)
    means = {kind: statistics.fmean(wait.answer_s for wait in seen) for kind, seen in waits.items()}
    click.echo(json.dumps({"first_answer_s": means, "n": times}))


def _print_waits(kind: str, seen: list[Wait]) -> None:
    for label, waited in (
        ("page", [wait.page_s for wait in seen]),
        ("first answer", [wait.answer_s for wait in seen]),
    ):
        click.echo(
            f"{kind}, {label:14}{statistics.fmean(waited):5.1f} s "
            f"[{min(waited):.1f}, {max(waited):.1f}] least and most of n={len(waited)}"
        )


def wait_for_answer(browser: Any, model: str, folder: Path, *, name: str) -> Wait:
    """Start the game over the folder, join it by that name, ask, and stop the game."""
    began = time.monotonic()
    with running_game(model, folder) as address:
        page = browser.new_page()
        page.goto(address)
        shown = time.monotonic()
        page.get_by_role("textbox").first.fill(name)
        for box in page.get_by_role("checkbox").all():
            box.check()
        page.get_by_role("button", name="Play").first.click()
        page.get_by_role("button", name="Start").first.click()
        asked = page.get_by_role("textbox").first
        asked.fill(QUESTION)
        asked.press("Enter")
        page.get_by_role("button", name="Wrong").first.wait_for(timeout=LONGEST_S * 1000)
        answered = time.monotonic()
        page.close()
    return Wait(shown - began, answered - began)


@contextmanager
def running_game(model: str, folder: Path) -> Iterator[str]:
    """The game in a process of its own, under the address that it prints; stopped at the end."""
    command = [sys.executable, "-m", "scripts.serve_game", "--port", "0", "--model", model]
    with subprocess.Popen(
        [*command, "--data-dir", str(folder)], stdout=subprocess.PIPE, text=True
    ) as game:
        try:
            found = (ADDRESS.search(line) for line in game.stdout or ())
            address = next((hit.group() for hit in found if hit), None)
            if address is None:
                raise click.ClickException("The game did not open; what it said stands above.")
            yield address
        finally:
            game.send_signal(signal.SIGINT)


if __name__ == "__main__":
    main()
