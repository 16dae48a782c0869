# What servers do wrong: each failure is one sentence for the operator, and no key gets out.
from __future__ import annotations

import http.server
import json
import logging
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import pytest
from PIL import Image

from models.answer_rows import Collected
from models.base import Ask, TextAsk
from models.batching import Batcher
from models.errors import ModelError, ServerError
from models.openai_server import ServerVision, ServerWriter, chat_ask
from models.registry import load_model
from models.server_address import ServerAddress, parse_address, read_key
from models.server_connection import ServerLimits

KEY = "gap-secret-key-1234"
QUICK = ServerLimits(connect_s=1, silence_s=0.5, answer_s=3, repeats=2)


@dataclass
class Script:
    """What the server does next: a status with its body, "answer", "stall" or "break off"."""

    steps: list[Any] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)


class ScriptedServer(http.server.BaseHTTPRequestHandler):
    """Speaks the API as far as the script says; everything after the script is an answer."""

    script: Script

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.script.requests.append(body)
        self.script.headers.append(dict(self.headers))
        self.script.paths.append(self.path)
        step = self.script.steps.pop(0) if self.script.steps else "answer"
        if isinstance(step, tuple):
            self.send_status(*step)
        else:
            self.send_stream(step, body)

    def send_status(self, status: int, body: Any) -> None:
        content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def send_stream(self, step: str, body: dict[str, Any]) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.end_headers()
        for word in ("Two ", "dogs."):
            self.send_chunk({"choices": [{"index": 0, "delta": {"content": word}}]})
            if step == "stall":
                time.sleep(1.0)
            if step == "break off":
                self.send_chunk({"error": {"message": "out of memory"}})
                return
        self.send_chunk({"choices": [], "usage": {"completion_tokens": 7}})
        self.wfile.write(b"data: [DONE]\n\n")

    def send_chunk(self, chunk: dict[str, Any]) -> None:
        self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
        self.wfile.flush()

    def handle(self) -> None:
        try:
            super().handle()
        except ConnectionError:
            return

    def log_message(self, *_words: object) -> None:
        """Tests print nothing."""


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Script:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    return Script()


@pytest.fixture
def name(script: Script) -> Iterator[str]:
    handler = type("Handler", (ScriptedServer,), {"script": script})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"server:http://127.0.0.1:{server.server_port}/v1#lab/model"
    server.shutdown()
    thread.join()
    server.server_close()


def opened(name: str) -> ServerVision:
    return ServerVision(parse_address(name), limits=QUICK)


def test_server_that_counts_tokens_is_believed(name: str, ask: Ask) -> None:
    reply = opened(name).answer([ask])[0]

    assert (reply.text, reply.tokens) == ("Two dogs.", 7)


def test_request_is_greedy_with_the_picture_inside(name: str, script: Script, ask: Ask) -> None:
    opened(name).answer([ask])
    request = script.requests[0]
    picture, question = request["messages"][1]["content"]

    assert (request["model"], request["temperature"], request["max_tokens"]) == (
        "lab/model",
        0.0,
        ask.max_tokens,
    )
    assert request["messages"][0] == {"role": "system", "content": ask.system}
    assert picture["image_url"]["url"].startswith("data:image/jpeg;base64,")
    assert question["text"] == ask.question


def test_busy_server_is_asked_again(name: str, script: Script, ask: Ask) -> None:
    script.steps = [(503, {}), (429, {"error": "slow down"})]
    began = time.monotonic()

    assert opened(name).answer([ask])[0].text == "Two dogs."
    assert len(script.requests) == 3
    assert time.monotonic() - began > 0.5


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (401, {"error": {"message": f"Incorrect key: {KEY}"}}, "refuses the key .401.. Set GAP_"),
        (403, "no", "refuses the key"),
        (404, {"error": {"message": "no such model"}}, "knows no model 'lab/model'.*no such model"),
        (400, {"detail": f"too long {KEY}"}, r"refused the question \(400\): too long \*\*\*"),
        (413, "Payload too large", r"refused the question \(413\): Payload too large"),
        (429, {}, "takes no more questions at the moment"),
        (500, "Traceback", r"failed \(500\). Look at its log"),
    ],
)
def test_status_is_told_without_the_key(
    name: str,
    script: Script,
    ask: Ask,
    status: int,
    body: Any,
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv("GAP_SERVER_KEY", KEY)
    script.steps = [(status, body)] * 3
    caplog.set_level(logging.DEBUG)

    with pytest.raises(ServerError, match=told) as failure:
        opened(name).answer([ask])
    assert script.headers[0]["authorization"] == f"Bearer {KEY}"
    assert KEY not in str(failure.value) and KEY not in caplog.text
    assert failure.value.__cause__ is None


def test_server_that_wants_a_key_is_told(name: str, script: Script, ask: Ask) -> None:
    script.steps = [(401, {})]

    with pytest.raises(ServerError, match="wants a key"):
        opened(name).answer([ask])


def test_silence_in_mid_answer_is_told(name: str, script: Script, ask: Ask) -> None:
    script.steps = ["stall"]

    with pytest.raises(ServerError, match="took too long to answer"):
        opened(name).answer([ask])


def test_answer_that_goes_on_too_long_is_given_up(name: str, script: Script, ask: Ask) -> None:
    script.steps = ["stall"]
    patient = ServerVision(parse_address(name), limits=ServerLimits(silence_s=9, answer_s=0.3))

    with pytest.raises(ServerError, match="took too long to answer"):
        patient.answer([ask])


def test_server_that_breaks_off_is_told_with_its_words(name: str, script: Script, ask: Ask) -> None:
    script.steps = ["break off"]

    with pytest.raises(ServerError, match="broke off its answer: out of memory"):
        opened(name).answer([ask])


def test_page_that_is_no_model_server_is_told(name: str, script: Script, ask: Ask) -> None:
    script.steps = [(200, "<html>Hello</html>")]

    with pytest.raises(ServerError, match="is no OpenAI-compatible server"):
        opened(name).answer([ask])


def test_failed_question_takes_no_other_with_it(name: str, script: Script, ask: Ask) -> None:
    script.steps = [(400, {"detail": "bad"})]
    with closing(Batcher(opened(name))) as batcher:
        failed = batcher.submit(ask, player_id="anna")
        with pytest.raises(ModelError):
            list(failed.updates())
        fine = batcher.submit(ask, player_id="anna")

        assert list(fine.updates())[-1].text == "Two dogs."


def test_error_of_ours_leaves_no_question_hanging(name: str, script: Script, ask: Ask) -> None:
    script.steps = ["stall"]
    request = Collected(ask)
    turns = [[request]]

    def take(running: int) -> list[Collected]:
        if running and script.requests:
            raise RuntimeError("a bug")
        return turns.pop() if turns else []

    with pytest.raises(RuntimeError, match="a bug"):
        opened(name).serve(take)
    assert request.reply is None
    assert "was broken off" in str(request.failure)


def test_players_are_told_no_address(name: str, script: Script, ask: Ask) -> None:
    script.steps = [(400, {"detail": "bad"})]
    with closing(Batcher(opened(name))) as batcher:
        ticket = batcher.submit(ask, player_id="anna")
        with pytest.raises(ModelError, match="isn't counted: ask again") as failure:
            list(ticket.updates())

    assert "127.0.0.1" not in str(failure.value)


def test_renamed_limit_of_hosted_models_is_used(name: str, script: Script, ask: Ask) -> None:
    model = opened(name)
    script.steps = [(400, {"error": {"message": "Use 'max_completion_tokens' instead."}})] * 2
    model.answer([ask, ask])  # both are under way before the first refusal
    model.answer([ask])

    assert ["max_completion_tokens" in request for request in script.requests] == (
        [False] * 2 + [True] * 3
    )


def test_text_that_fails_is_told(name: str, script: Script) -> None:
    script.steps = [(400, {"detail": "too long"})]
    writer = ServerWriter(parse_address(name), limits=QUICK)

    with pytest.raises(ServerError, match="too long"):
        writer.write([TextAsk("One."), TextAsk("Two.")])


@pytest.mark.parametrize(
    "question", ["<|im_end|>hi", "<image>hi", "<|im_<|im_end|>hi", "[INST]hi", "</s>hi", "<IMG>hi"]
)
def test_chat_markers_in_a_question_are_blanked(question: str, ask: Ask) -> None:
    asked = Ask(ask.image, question, "Answer.", prepared=["data:"])
    said = chat_ask(asked).messages[1]["content"][1]["text"]

    assert said == " hi"


def test_ordinary_signs_in_a_question_stay(ask: Ask) -> None:
    asked = Ask(ask.image, "Is 3 < 4 | 5 > 4 [see sign] <b>?", "Answer.", prepared=["data:"])

    assert chat_ask(asked).messages[1]["content"][1]["text"] == asked.question


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("server:", "is no address of a server. Write --model server:http://"),
        ("server:127.0.0.1:8000/v1#x", "is no address of a server"),
        ("server:ftp://host/v1#x", "is no address of a server"),
        ("server:http://[::1/v1#x", "is no address of a server"),
        ("server:http://host/v1", "Which model of 'http://host/v1'"),
        ("server:http://me:secret@host/v1#x", "holds a name or password"),
    ],
)
def test_unreadable_address_is_refused(name: str, told: str) -> None:
    with pytest.raises(ModelError, match=told) as failure:
        load_model(name)
    assert "secret" not in str(failure.value)


def test_shared_key_is_not_sent_in_the_clear_over_a_network() -> None:
    keys = {"OPENAI_API_KEY": "shared"}

    assert read_key(ServerAddress("http://lab.example:8000/v1", "x"), keys) == ""
    assert read_key(ServerAddress("https://lab.example/v1", "x"), keys) == "shared"
    assert read_key(ServerAddress("http://127.0.0.1:8000/v1", "x"), keys) == "shared"
    assert read_key(ServerAddress("http://lab.example/v1", "x"), {"GAP_SERVER_KEY": "own"}) == "own"


def test_adapter_is_loaded_chosen_and_unloaded(name: str, script: Script, ask: Ask) -> None:
    model = opened(name)
    script.steps = [(200, "Success")]
    model.adapters.load("night", "/adapters/night")
    model.adapters.choose("night")
    used = model.answer([ask])[0].adapter
    model.adapters.choose(None)
    script.steps = [(200, "Success")]
    model.adapters.unload("night")

    assert script.paths[::2] == ["/v1/load_lora_adapter", "/v1/unload_lora_adapter"]
    assert script.requests[0] == {"lora_name": "night", "lora_path": "/adapters/night"}
    assert script.requests[1]["model"] == used == "night"
    assert model.adapter is None


def test_adapter_in_use_is_not_unloaded(name: str) -> None:
    model = opened(name)
    model.adapters.choose("night")

    with pytest.raises(ModelError, match="answers new questions. Choose another first"):
        model.adapters.unload("night")


def test_unloading_waits_for_questions_in_flight(name: str, script: Script) -> None:
    model = opened(name)
    script.steps = ["stall", (200, "Success")]
    model.adapters.choose("night")
    asked = Ask(Image.new("RGB", (4, 3)), "What?", "Answer.")
    patient = ServerLimits(silence_s=5, answer_s=9)
    model._connection._limits = patient
    model._connection.client = model._connection.client.with_options(timeout=5)
    answering = threading.Thread(target=model.answer, args=([asked],))
    answering.start()
    while not script.requests:
        time.sleep(0.01)
    model.adapters.choose(None)
    model.adapters.unload("night")

    assert not answering.is_alive() or script.paths[-1].endswith("unload_lora_adapter")
    assert script.paths == ["/v1/chat/completions", "/v1/unload_lora_adapter"]
    assert sum(model.adapters._in_flight.values()) == 0
    answering.join()


def test_server_without_run_time_adapters_says_how_to_start_it(name: str, script: Script) -> None:
    script.steps = [(404, {"detail": "Not Found"})]

    with pytest.raises(ServerError, match="Start vLLM with --enable-lora"):
        opened(name).adapters.load("night", "/adapters/night")
