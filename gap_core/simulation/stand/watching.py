"""Looks over the shoulder of every page: errors, leaks, scripts that ran. Called by the day."""

import asyncio
from pathlib import Path
from typing import Any

from playwright.async_api import BrowserContext, Error

from gap_core.simulation.stand.records import StandDay

# Of which picture is a trap, and of the server's insides.
TELLING = (b"tainted", b"is_trap", b"Traceback", b"sqlite", b"root:x:")
# Gradio's own words where somebody leaves a page while an answer comes.
CUT = ("AbortError: signal is aborted", "Unexpected error Connection errored out")
TOLD_ELSEWHERE = ("/static/", "/play/assets/", "/play/static/", "/play/svelte/", "/picture/")


class Watch:
    """Notes what happens in a browser context.

    Args:
        day: where to note it.
        name: of the screen.
        folder: for pictures of pages that are stuck.
    """

    def __init__(self, day: StandDay, name: str, folder: Path) -> None:
        self.day = day
        self.name = name
        self.folder = folder
        self.expects_refusals = False  # a visitor is at it who asks for them
        self._tasks: set[asyncio.Task[None]] = set()

    def over(self, context: BrowserContext) -> None:
        """Watch all its pages from now on."""
        context.on("weberror", lambda error: self.trouble("script error", str(error.error)))
        context.on("console", self._console)
        context.on("dialog", self._dialog)
        context.on("response", self._response)

    def trouble(self, kind: str, words: str = "") -> None:
        """Note it with the screen's name."""
        self.day.trouble(kind, f"{self.name}: {words}")

    async def stuck(self, page: Any, where: str) -> None:
        """Note a page that doesn't come to where it should, with a picture of it."""
        self.trouble("stuck", f"{where} at {page.url}")
        number = self.day.troubles["stuck"]
        try:
            await page.screenshot(path=self.folder / f"stuck-{number}.png", timeout=5_000)
        except Error as err:
            self.trouble("no picture of a stuck page", str(err))

    def _console(self, message: Any) -> None:
        if message.type != "error":
            return
        if message.text.startswith(CUT):
            self.day.cut_answers += 1
            return
        is_refusal = "the server responded with a status of 4" in message.text
        if not (is_refusal and self.expects_refusals):
            self.trouble("console error", f"{message.text} ({message.location.get('url', '')})")

    def _dialog(self, dialog: Any) -> None:
        self.trouble("dialog", dialog.message)
        self._keep(dialog.dismiss())

    def _response(self, response: Any) -> None:
        self.day.responses[response.status] += 1
        if response.status >= 500:
            self.trouble("server error", f"{response.status} {response.url}")
        if not any(part in response.url for part in TOLD_ELSEWHERE):
            self._keep(self._read(response))

    async def _read(self, response: Any) -> None:
        try:
            body = await response.body()
        except Error:
            return  # a redirect has none, nor has what a closed page asked for
        for word in TELLING:
            if word in body:
                self.trouble("leak", f"'{word.decode()}' in {response.url}")

    def _keep(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (err := task.exception()) and not isinstance(err, Error):
            self.trouble("watching failed", repr(err))
