"""Simulated players at the game's own handlers: arriving, asking, marking, walking off.

Called by scripts and experiments through `run_playtest`. Everybody has a clock of their own that
only they move, so two minutes of thinking cost no two minutes; all play the sessions of one day
before any plays those of the next, so clocks never differ by as much as a session may last.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from gap_core.play import Game
from gap_core.pocket_world import Scene
from gap_core.simulation.clock import SimulatedClock
from gap_core.simulation.players import SimulatedPlayer
from gap_core.simulation.playtest import PlayedSession, PlayedTurn, PlaytestLog, Seat

DAY = timedelta(days=1)
ARRIVING_S = 3600.0  # everybody of a day comes within it
PATIENCE_S = 5.0  # after the time for a picture is over
CONSENT = "simulated"
AT_ONCE = 32  # players whose handlers are open at the same time

Clock = Callable[[], datetime]
Board = dict[str, Any]


class Table(Protocol):
    """What people's pages call; `GameHandlers` of the game is one."""

    game: Game

    def begin(self, player_id: str) -> Board: ...  # noqa: D102 (as GameHandlers says)

    def look(self, player_id: str) -> Board: ...  # noqa: D102

    def ask(  # noqa: D102
        self, player_id: str, *, round_token: str, question: str
    ) -> AsyncIterator[Board]: ...

    async def judge_on_grid(  # noqa: D102
        self, player_id: str, *, turn_id: str, verdict: str
    ) -> Board: ...


OpenTable = Callable[[Clock], Table]


@dataclass(frozen=True)
class Visit:
    """One player's session at one table."""

    table: Table
    seat: Seat
    clock: SimulatedClock
    scenes: Mapping[str, Scene]
    log: PlaytestLog

    async def play(self) -> None:
        """A session from its first picture to its end, or to where the player walks off."""
        player_id, who = self.seat
        who.begin_session()
        board, seen = self.table.begin(player_id), 0
        while board["screen"] == "round" and not (seen and who.leaves()):
            seen += 1
            board = await self._picture(board)
        self.log.sessions.append(PlayedSession(player_id, seen, board["screen"] == "end"))

    async def _picture(self, board: Board) -> Board:
        token, who = board["round"]["token"], self.seat.who
        scene = self._scene(token)
        who.look_at(scene, place=board["place"], of=board["total"])
        is_done = False
        while board["round"] is not None and board["round"]["token"] == token:
            left_s, thinking_s = board["round"]["left"], who.thinking_s()
            if is_done or thinking_s >= left_s:
                self.clock.advance(left_s + PATIENCE_S)
                board = self.table.look(self.seat.player_id)
                continue
            self.clock.advance(thinking_s)
            board = await self._turn(token, scene)
            is_done = not who.asks_again()
        return board

    async def _turn(self, token: str, scene: Scene) -> Board:
        """Ask about the picture and mark the answer; the board that comes next."""
        player_id, who = self.seat
        question, board = who.ask(scene), dict[str, Any]()
        async for news in self.table.ask(player_id, round_token=token, question=question.text):
            board = news
        shown = board["round"]
        asked = shown["asked"] if shown else []
        if shown is None or board["notice"] or not asked or asked[-1]["answer"] is None:
            self.log.refusals += 1
            return self.table.look(player_id)
        turn_id, answer = asked[-1]["turn"], asked[-1]["answer"]
        played = PlayedTurn(player_id, scene, question, answer)
        self.log.turns[turn_id] = played
        reading_s = who.reading_s()
        if reading_s >= shown["left"]:
            self.clock.advance(shown["left"] + PATIENCE_S)
            return self.table.look(player_id)
        self.clock.advance(reading_s)
        mark = who.mark(scene, question, answer)
        after = await self.table.judge_on_grid(player_id, turn_id=turn_id, verdict=mark)
        if not after["notice"]:
            self.log.turns[turn_id] = played.marked(mark)
        return after

    def _scene(self, token: str) -> Scene:
        path = self.table.game.picture_path(self.seat.player_id, round_token=token)
        return self.scenes[Path(path).stem]


async def run_playtest(
    open_table: OpenTable,
    players: Sequence[SimulatedPlayer],
    *,
    sessions: int,
    scenes: Mapping[str, Scene],
    first_day: datetime,
    on_session: Callable[[PlaytestLog], None] = lambda _log: None,
) -> PlaytestLog:
    """Let everybody join, then play a session a day until each has played theirs.

    With handlers over a game and a batcher before its model (scripts/simulate_playtest.py makes
    all of them: `play(model, folder=..., population="mixed", players=30, sessions=2, seed=1)`):

        crowd = [SimulatedPlayer(number, mix="mixed", seed=1) for number in range(30)]
        log = asyncio.run(run_playtest(open_table, crowd, sessions=2, scenes=scenes, ...))
        log.true_precision([question.turn_id for question in game.selected_questions()])

    Args:
        open_table: handlers over one database, for a player's clock.
        players: who comes.
        sessions: of whoever has no number of their own.
        scenes: what is true of the pictures, by the name of their file.
        first_day: when the first may come; aware. Each session is a day later than the last.
        on_session: called after each, with the log so far.
    """
    log, free = PlaytestLog(), asyncio.Semaphore(AT_ONCE)
    door = open_table(SimulatedClock(first_day)).game
    for who in players:
        log.seats.append(Seat(door.join(who.nickname, consent_version=CONSENT).id, who))

    async def visit(seat: Seat, day: datetime) -> None:
        clock = SimulatedClock(day + timedelta(seconds=seat.who.arrival_s(within_s=ARRIVING_S)))
        async with free:
            await Visit(open_table(clock), seat, clock, scenes, log).play()
        on_session(log)

    days = max((who.wanted(sessions) for who in players), default=0)
    for number in range(days):
        playing = [seat for seat in log.seats if seat.who.wanted(sessions) > number]
        await asyncio.gather(*(visit(seat, first_day + number * DAY) for seat in playing))
        door.refit_population()
    _close_what_was_left(open_table, log, now=first_day + days * DAY)
    return log


def _close_what_was_left(open_table: OpenTable, log: PlaytestLog, *, now: datetime) -> None:
    """Sessions that somebody walked off from close by the clock, at anybody's next look."""
    if log.seats:
        open_table(SimulatedClock(now)).look(log.seats[0].player_id)
