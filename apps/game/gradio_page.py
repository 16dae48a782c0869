"""The Gradio part: one board, five events. Called by the app.

The names of events and functions can be read by every player in /config.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from typing import Any

import gradio as gr
from gradio.utils import LRUCache

from apps.game.board import BoardState
from apps.game.handlers import GameHandlers
from apps.game.languages import words_for

TITLE = "GAP: catch the model out"
MOST_EVENTS = 1000  # that Gradio has going at once; an answer on its way is one
MOST_SESSIONS = 1000  # that Gradio remembers, as against ten thousand: nothing of ours is in them
QUEUE_NAP_S = 0.01  # a thousandth, as Gradio has it, is 5% of a core while nobody plays
# After each event Gradio would work out statistics of the last 10,000, which nobody can see.
QUEUE_SETTINGS = {
    "ANALYTICS_MAX_EVENTS": 1,
    "ANAYLTICS_CACHE_FREQUENCY": sys.maxsize,
    "sleep_when_free": QUEUE_NAP_S,
}
# What the queue keeps of sessions long over: of two thousand, and of all that ever were.
QUEUE_TABLES = ("pending_messages_per_session", "pending_event_ids_session")
BLOCKS_SETTINGS = {"max_threads": MOST_EVENTS, "state_session_capacity": MOST_SESSIONS}
SCRIPTS = ("sun", "session", "end", "board", "kiosk")
HEAD = "".join(f'<script src="/static/{name}.js"></script>' for name in SCRIPTS)
# The names in quotes are the events that the board may fire.
BOARD_PLACE = '<div class="board-place"></div>'  # board.js puts the board of /words/board.js in it
ON_LOAD = "window.gapBoard(element, trigger, props, watch); /* 'begin' 'ask' 'judge' 'look' */"


def make_board() -> gr.HTML:
    """The game's whole screen; its template is fixed, all words are set as text by board.js."""
    return gr.HTML(
        html_template=BOARD_PLACE,
        js_on_load=ON_LOAD,
        head=HEAD,
        apply_default_css=False,
        elem_id="board",
    )


def build_page(handlers: GameHandlers) -> gr.Blocks:
    """The Blocks to mount; every event looks up its player anew."""
    with gr.Blocks(title=TITLE, fill_width=True, analytics_enabled=False) as demo:
        board = make_board()
        wire_events(demo, board, handlers)
    for name, most in BLOCKS_SETTINGS.items():  # before the queue, which takes its size from them
        setattr(demo, name, most)
    demo.queue(api_open=False, default_concurrency_limit=None)
    for name, value in QUEUE_SETTINGS.items():
        setattr(demo._queue, name, value)
    for name in QUEUE_TABLES:
        setattr(demo._queue, name, LRUCache[str, Any](MOST_SESSIONS))
    return demo


def wire_events(demo: gr.Blocks, board: gr.HTML, handlers: GameHandlers) -> None:
    """Connect the board's events with the handlers."""

    def look(request: gr.Request) -> BoardState:
        return in_language(handlers.look(_player(request)), request)

    async def begin(request: gr.Request) -> AsyncIterator[BoardState]:
        player_id = _player(request)
        async for state in handlers.waking(player_id):
            yield in_language(state, request)
        yield in_language(await asyncio.to_thread(handlers.begin, player_id), request)

    async def judge(request: gr.Request, event: gr.EventData) -> BoardState:
        said = _said(event)
        state = await handlers.judge_on_grid(
            _player(request), turn_id=said.get("turn"), verdict=said.get("verdict")
        )
        return in_language(state, request)

    async def ask(request: gr.Request, event: gr.EventData) -> AsyncIterator[BoardState]:
        said = _said(event)
        boards = handlers.ask(
            _player(request), round_token=said.get("round"), question=said.get("question")
        )
        try:
            async for state in boards:
                yield in_language(state, request)
        finally:
            await boards.aclose()  # a closed tab ends here

    wiring: dict[str, Any] = {
        "inputs": None,
        "outputs": board,
        "show_progress": "hidden",
        "api_visibility": "private",
        "concurrency_limit": None,
        "postprocess": False,  # a board is JSON already; a thread would be asked for each
    }
    demo.load(look, **wiring)
    board.look(look, **wiring)
    board.begin(begin, **wiring)
    board.judge(judge, **wiring)
    board.ask(ask, **wiring)


def in_language(state: BoardState, request: gr.Request) -> BoardState:
    """The board with its sentences in the visitor's language; the handlers know English only."""
    words = words_for(request.headers)
    told = {**state, "notice": words.told(state["notice"])}
    if "nickname" in state:
        told["nickname"] = words.name(state["nickname"])
    if state.get("progress"):
        bounties = [words.text(name) for name in state["progress"]["bounties"]]
        told["progress"] = {**state["progress"], "bounties": bounties}
    if state.get("end"):
        top = [{**line, "nickname": words.name(line["nickname"])} for line in state["end"]["top"]]
        told["end"] = {**state["end"], "top": top}
    return told


def _player(request: gr.Request) -> str:
    return request.username or ""


def _said(event: gr.EventData) -> dict[str, Any]:
    """What the browser sent with the event; anything but an object is nothing."""
    return event._data if isinstance(event._data, dict) else {}
