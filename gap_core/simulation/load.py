"""Many players at once over real HTTP. Called by scripts/load_test.py."""

from __future__ import annotations

import asyncio
import random
import signal
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import httpx
import psutil

from gap_core.scoring.interval import Interval
from gap_core.simulation.http_player import WAIT_S, HttpPlayer, TroubleError
from gap_core.simulation.memory_slope import Reading, slope_of_last_half

RAMP_S = 5.0  # over which players come in
MEMORY_EVERY_S = 1.0


@dataclass
class LoadFigures:
    """What a load did to the game.

    Attributes:
        times_s: seconds of each step, by its name.
        troubles: what went wrong, and how often; a player stops at the first.
        refusals: what players were told in place of an answer, and how often; they go on.
        sessions: that were begun.
        seconds: from the first player to the last.
        is_cut_short: somebody pressed Ctrl-C.
        memory: of the game's process, by the second.
        server_cpu_s: processor time of the game's process meanwhile.
        client_cpu_s: that of this process, which is every player's browser.
    """

    times_s: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    troubles: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    sessions: int = 0
    seconds: float = 0.0
    is_cut_short: bool = False
    memory: list[Reading] = field(default_factory=list)
    server_cpu_s: float = 0.0
    client_cpu_s: float = 0.0

    @property
    def answers_per_s(self) -> float:
        """Answers that came to their end, a second."""
        return len(self.times_s["ask"]) / self.seconds

    def cpu_ms(self, cpu_s: float) -> float:
        """Milliseconds of that processor time an answer, with all that belongs to it."""
        return 1000 * cpu_s / max(1, len(self.times_s["ask"]))

    def memory_slope(self) -> Interval | None:
        """MiB an hour in the second half: flat memory has about none."""
        return slope_of_last_half(self.memory)


def run_load(
    url: str,
    cookies: Sequence[str],
    *,
    pid: int,
    seconds: float,
    think_s: float,
    seed: int,
    on_second: Callable[[LoadFigures], object] = lambda _figures: None,
) -> LoadFigures:
    """Players with these cookies play for so long, all at once, or until Ctrl-C.

    Args:
        url: of the game.
        cookies: one a player, "name=value".
        pid: the game's process, whose memory is watched.
        seconds: of play.
        think_s: mean pause of a player before a question or a verdict.
        seed: of questions and pauses.
        on_second: told each second, with the figures so far.
    """
    return asyncio.run(_run(url, cookies, pid, seconds, think_s, seed, on_second))


async def _run(
    url: str,
    cookies: Sequence[str],
    pid: int,
    seconds: float,
    think_s: float,
    seed: int,
    on_second: Callable[[LoadFigures], object],
) -> LoadFigures:
    figures = LoadFigures()
    began = time.monotonic()
    end = began + seconds
    server, client = psutil.Process(pid), psutil.Process()
    server_cpu_s, client_cpu_s = _cpu_s(server), _cpu_s(client)
    watching = asyncio.create_task(_watch(figures, server, on_second))
    async with asyncio.TaskGroup() as group:
        players = [
            group.create_task(
                _play(figures, url, cookie, random.Random(f"{seed} {number}"), think_s, end)
            )
            for number, cookie in enumerate(cookies)
        ]
        _end_at_interrupt(figures, players)
    figures.seconds = time.monotonic() - began
    figures.server_cpu_s = _cpu_s(server) - server_cpu_s
    figures.client_cpu_s = _cpu_s(client) - client_cpu_s
    watching.cancel()
    return figures


def _end_at_interrupt(figures: LoadFigures, players: Sequence[asyncio.Task[None]]) -> None:
    """Ctrl-C ends the play; what was measured until then is kept."""

    def end() -> None:
        figures.is_cut_short = True
        for player in players:
            player.cancel()

    if threading.current_thread() is threading.main_thread():  # only it is told of signals
        asyncio.get_running_loop().add_signal_handler(signal.SIGINT, end)


def _cpu_s(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


async def _play(
    figures: LoadFigures, url: str, cookie: str, rng: random.Random, think_s: float, end: float
) -> None:
    await asyncio.sleep(rng.uniform(0, RAMP_S))
    headers = {"cookie": cookie}
    async with httpx.AsyncClient(
        base_url=url, headers=headers, timeout=WAIT_S, verify=False
    ) as http:  # noqa: S501 (loopback, no TLS)
        player = HttpPlayer(
            http, rng=rng, think_s=think_s, on_time=lambda name, s: figures.times_s[name].append(s)
        )
        try:
            await player.play_until(end)
        except (TroubleError, httpx.HTTPError) as trouble:
            figures.troubles[str(trouble) or type(trouble).__name__] += 1
        finally:
            figures.sessions += player.sessions
            figures.refusals += player.refusals


async def _watch(
    figures: LoadFigures, process: psutil.Process, on_second: Callable[[LoadFigures], object]
) -> None:
    began = time.monotonic()
    while True:
        mib = process.memory_info().rss / 2**20
        figures.memory.append(Reading(time.monotonic() - began, mib))
        on_second(figures)
        await asyncio.sleep(MEMORY_EVERY_S)
