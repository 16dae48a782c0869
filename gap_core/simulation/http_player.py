"""A player who speaks to the running game over HTTP as a browser does, and times it.

Called by load.py.
"""

from __future__ import annotations

import asyncio
import json
import random
import secrets
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import httpx

from gap_core.simulation.board_wire import JOIN, LISTEN, event_body, merged

QUESTIONS = (
    "What do you see?", "What is on the left?", "How many things are there?", "Is it raining?",
    "What colour is the car?", "What does the sign say?", "Where is this?",
)  # fmt: skip
WAIT_S = 120.0
OnTime = Callable[[str, float], None]


class TroubleError(Exception):
    """The game did not answer as it should; the text says how."""


class HttpPlayer:
    """Plays session after session.

    Args:
        http: with the player's cookie and the game's address.
        rng: of questions, verdicts and pauses.
        think_s: mean pause before a question or a verdict.
        on_time: told of each step: its name and its seconds.

    Attributes:
        refusals: what the game said in place of an answer, and how often.
        sessions: that were begun.
    """

    def __init__(
        self, http: httpx.AsyncClient, *, rng: random.Random, think_s: float, on_time: OnTime
    ) -> None:
        self._http, self._rng, self._think_s, self._on_time = http, rng, think_s, on_time
        self._session = ""
        self.refusals: Counter[str] = Counter()
        self.sessions = 0

    async def play_until(self, end: float) -> None:
        """Play until `end` (time.monotonic).

        Raises:
            TroubleError: an answer of the game was an error, or none.
        """
        while time.monotonic() < end:
            await self._open_page()
            board = await self._fire("begin", {})
            self.sessions += 1
            while board["screen"] == "round" and await self._thinks(until=end):
                board = await self._play_step(board)

    async def _open_page(self) -> None:
        """The page anew, as "Next player" does it: another session of Gradio's."""
        began = time.monotonic()
        answer = await self._http.get("/play/", headers={"accept": "text/html"})
        if answer.status_code != 200:
            raise TroubleError(f"page: status {answer.status_code}")
        self._on_time("page", time.monotonic() - began)
        self._session = secrets.token_hex(6)
        await self._fire("load", {})

    async def _thinks(self, *, until: float) -> bool:
        """A pause; False if the time to play is over before its end."""
        pause_s = self._rng.expovariate(1 / self._think_s) if self._think_s else 0.0
        await asyncio.sleep(max(0.0, min(pause_s, until - time.monotonic())))
        return time.monotonic() < until

    async def _play_step(self, board: dict[str, Any]) -> dict[str, Any]:
        shown = board["round"]
        asked = shown["asked"]
        if asked and asked[-1]["answer"] and not asked[-1]["verdict"]:
            verdict = "wrong" if self._rng.random() < 0.5 else "correct"
            return await self._fire("judge", {"turn": asked[-1]["turn"], "verdict": verdict})
        if not asked:
            await self._look_at_picture(shown["token"])
        words = {"question": self._rng.choice(QUESTIONS), "round": shown["token"]}
        answered = await self._fire("ask", words)
        if answered["notice"]:
            self.refusals[answered["notice"]] += 1
        return answered

    async def _look_at_picture(self, token: str) -> None:
        began = time.monotonic()
        answer = await self._http.get(f"/picture/{token}")
        if answer.status_code not in (200, 404):  # 404: its time was up meanwhile
            raise TroubleError(f"picture: status {answer.status_code}")
        self._on_time("picture", time.monotonic() - began)

    async def _fire(self, name: str, words: dict[str, Any]) -> dict[str, Any]:
        began = time.monotonic()
        body = event_body(name, words, session=self._session)
        answer = await self._http.post(JOIN, json=body)
        if answer.status_code != 200:
            raise TroubleError(f"{name}: status {answer.status_code}")
        board = await self._listen(name, began)
        self._on_time("refusal" if board["notice"] else name, time.monotonic() - began)
        return board

    async def _listen(self, name: str, began: float) -> dict[str, Any]:
        board: dict[str, Any] = {}
        is_begun = False
        listening = self._http.stream("GET", LISTEN, params={"session_hash": self._session})
        async with listening as stream:
            async for line in stream.aiter_lines():
                if not line.startswith("data:"):
                    continue
                said: dict[str, Any] = json.loads(line[5:])
                if said["msg"] not in ("process_generating", "process_completed"):
                    continue
                if not said["success"]:
                    raise TroubleError(f"{name}: the game told of an error")
                board = merged(board, said["output"].get("data"))
                if not is_begun and (board.get("live") or {}).get("text"):
                    is_begun = True
                    self._on_time("first words", time.monotonic() - began)
                if said["msg"] == "process_completed":
                    return board
        raise TroubleError(f"{name}: the game ended the talk")
