"""What the studio does beside its pages: fill the queue, ask the model again. Called by the app."""

import logging
import threading
from collections.abc import Callable
from contextlib import suppress

import anyio
import anyio.to_thread

from apps.studio.refusals import REFUSALS
from apps.studio.studio import Studio

LOG = logging.getLogger(__name__)
REFRESH_EVERY_S = 20.0
CHECK_EVERY_S = 30.0
AFTER_TROUBLE_S = 600.0  # a model that can't be loaded is tried again


async def keep_queue(studio: Studio) -> None:
    """Bring new marks into the queue again and again, so that no labeler waits for it."""
    while True:
        with suppress(*REFUSALS):  # the disk may be full now and not in a minute
            await anyio.to_thread.run_sync(studio.workbench.refresh_queue, abandon_on_cancel=True)
        await anyio.sleep(REFRESH_EVERY_S)


async def keep_checking(studio: Studio) -> None:
    """Ask the model about newly accepted labels, until the studio stops."""
    stopped = threading.Event()
    try:
        while True:
            try:
                await anyio.to_thread.run_sync(
                    check_new_labels, studio, lambda: not stopped.is_set(), abandon_on_cancel=True
                )
                studio.shelf.check_trouble, pause_s = "", CHECK_EVERY_S
            except REFUSALS as refusal:
                LOG.warning("Labels can't be checked with the model: %s", refusal)
                studio.shelf.check_trouble = str(refusal)
                pause_s = AFTER_TROUBLE_S
            await anyio.sleep(pause_s)
    finally:
        stopped.set()


def check_new_labels(studio: Studio, go_on: Callable[[], bool]) -> int:
    """Check what was accepted since; no model is loaded while nothing was. How many were."""
    if not studio.workbench.has_accepted():
        return 0
    return studio.workbench.check_labels(studio.shelf.answerer(), go_on=go_on)
