# A labeler without a browser: signs in over HTTP and speaks Streamlit's own protocol.
from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Self

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

from apps.studio.identity import COOKIE
from tests.fixtures_studio import StudioProcess

TRIGGER = "$$STREAMLIT_INTERNAL_KEY_{id}__events"


@dataclass
class WireLabeler:
    """One session at the Label page; `desk` is what the browser would show."""

    studio: StudioProcess
    name: str
    desk: dict[str, Any] = field(default_factory=dict)
    socket: ClientConnection = field(init=False)
    part_id: str = ""
    fragment_id: str = ""

    def __enter__(self) -> Self:
        self.http = self.studio.signed_in(self.name)
        self.socket = connect(
            self.studio.url.replace("http", "ws", 1) + "/_stcore/stream",
            origin=self.studio.url,  # type: ignore[arg-type]
            subprotocols=["streamlit"],  # type: ignore[list-item]
            additional_headers={"Cookie": f"{COOKIE}={self.http.cookies[COOKIE]}"},
            max_size=None,
        )
        message = BackMsg()
        message.rerun_script.query_string = ""
        self.send(message)
        return self

    def __exit__(self, *_error: object) -> None:
        self.socket.close()
        self.http.close()

    def tell(self, event: str, words: dict[str, Any]) -> dict[str, Any]:
        """What the desk sends when the labeler does something; the desk after it."""
        message = BackMsg()
        message.rerun_script.fragment_id = self.fragment_id
        own = message.rerun_script.widget_states.widgets.add()
        own.id, own.json_value = self.part_id, "{}"
        state = message.rerun_script.widget_states.widgets.add()
        state.id = TRIGGER.format(id=self.part_id)
        state.json_trigger_value = json.dumps([{"event": event, "value": words}])
        self.send(message)
        return self.desk

    def label(self, answer: str) -> str:
        """Label what is open; its question."""
        item = self.desk["item"]
        assert item is not None
        words = {"item": item["id"], "key": item["key"], "text": answer, "verdict": "answer"}
        self.tell("save", {**words, "category": "Counting"})
        assert self.desk["notice"] == "", self.desk["notice"]
        return str(item["question"])

    def keep_draft(self, text: str) -> bool:
        words = {"item": self.desk["item"]["id"], "text": text, "verdict": "answer"}
        return bool(self.http.post("/desk/draft", json=words).json()["is_held"])

    def send(self, message: BackMsg) -> int:
        """Send it and take what comes; how the page's run ended."""
        self.socket.send(message.SerializeToString())
        while True:
            received = ForwardMsg()
            received.ParseFromString(self.socket.recv(timeout=150))  # type: ignore[arg-type]
            if received.WhichOneof("type") == "delta":
                self._take(received)
            if received.WhichOneof("type") == "script_finished":
                return int(received.script_finished)

    def _take(self, received: ForwardMsg) -> None:
        element = received.delta.new_element
        assert "That was us" not in element.html.body, "".join(self.studio.said)
        if element.WhichOneof("type") != "bidi_component":
            return
        part = element.bidi_component
        if part.component_name.endswith("gap_desk"):
            self.part_id, self.fragment_id = part.id, received.delta.fragment_id
            self.desk = json.loads(part.json or part.mixed.json)
