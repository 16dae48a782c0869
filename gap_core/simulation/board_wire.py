"""How a board comes over the wire: Gradio sends it whole, then only what has changed of it.

Called by players over HTTP, those of the load test and of the tests.
"""

from __future__ import annotations

import json
from typing import Any

EVENTS = {"load": 0, "look": 1, "begin": 2, "judge": 3, "ask": 4}  # as the page wires them
JOIN, LISTEN = "/play/gradio_api/queue/join", "/play/gradio_api/queue/data"


def event_body(name: str, words: Any, *, session: str) -> dict[str, Any]:
    """What a browser posts when the board fires an event."""
    return {
        "data": [],
        "fn_index": EVENTS[name],
        "session_hash": session,
        "event_data": words,
        "trigger_id": None,
    }


def merged(board: dict[str, Any], output: Any) -> dict[str, Any]:
    """The board after one message: a whole one, or a list of changes to the last."""
    if not output:
        return board
    if isinstance(output[0], dict):
        return output[0]
    changed = json.loads(json.dumps(board))
    for action, path, value in output[0]:
        changed = _apply(changed, action, path, value)
    return changed


def _apply(board: Any, action: str, path: list[Any], value: Any) -> Any:
    if not path:
        return value if action == "replace" else board + value
    place = board
    for step in path[:-1]:
        place = place[step]
    last = path[-1]
    if action == "delete":
        del place[last]
    elif action == "append":
        place[last] += value
    elif isinstance(place, list) and action == "add":
        place.insert(last, value)
    else:
        place[last] = value
    return board
