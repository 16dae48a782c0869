"""Work that blocks, done beside the event loop. Called by the handlers.

A thread can't be stopped: when its waiter is cancelled the work still ends, and may need undoing.
"""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def in_thread(work: Callable[P, T], *arguments: P.args, **options: P.kwargs) -> asyncio.Future[T]:
    """Start the work now; whether anybody awaits it or not, it runs to its end."""
    loop = asyncio.get_running_loop()
    return loop.run_in_executor(None, partial(work, *arguments, **options))


async def result_or_undo(working: asyncio.Future[T], undo: Callable[[T], object]) -> T:
    """The result; if the wait for it is cancelled, `undo` gets it once it is there."""

    def undo_result(done: asyncio.Future[T]) -> None:
        if not done.cancelled() and done.exception() is None:
            undo(done.result())

    try:
        return await asyncio.shield(working)
    except asyncio.CancelledError:
        working.add_done_callback(undo_result)
        raise
