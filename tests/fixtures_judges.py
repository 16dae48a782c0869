# A judge behind a server that speaks the OpenAI API on the loopback; a rule writes its replies.
from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest


@dataclass
class JudgeServer:
    """`server:URL#NAME`, what it was asked, and the rule by which it replies to a prompt."""

    name: str = ""
    rule: Callable[[str], str] = lambda prompt: "1"
    prompts: list[str] = field(default_factory=list)
    temperatures: list[float] = field(default_factory=list)

    def reply(self, body: dict[str, Any]) -> str:
        prompt = body["messages"][-1]["content"]
        self.prompts.append(prompt)
        self.temperatures.append(body["temperature"])
        return self.rule(prompt)


def handler_of(judge: JudgeServer) -> type[http.server.BaseHTTPRequestHandler]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            text = judge.reply(body)
            self.send_response(200)
            self.send_header("content-type", "text/event-stream")
            self.end_headers()
            for chunk in ({"choices": [{"index": 0, "delta": {"content": text}}]}, "[DONE]"):
                line = chunk if isinstance(chunk, str) else json.dumps(chunk)
                self.wfile.write(f"data: {line}\n\n".encode())

        def log_message(self, *_words: object) -> None:
            """Tests print nothing."""

    return Handler


@pytest.fixture
def judge_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[JudgeServer]:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    judge = JudgeServer()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler_of(judge))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    judge.name = f"server:http://127.0.0.1:{server.server_port}/v1#lab/judge"
    yield judge
    server.shutdown()
    thread.join()
    server.server_close()
