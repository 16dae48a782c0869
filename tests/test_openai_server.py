# Models behind a real server: `transformers serve` on the loopback, pictures, streams, text.
from __future__ import annotations

import time
from contextlib import closing
from dataclasses import dataclass, field

import pytest
from PIL import Image

from models.answer_rows import Collected
from models.base import Ask, TextAsk
from models.batching import Batcher
from models.errors import ModelError, ServerError
from models.openai_server import ServerVision, ServerWriter
from models.registry import load_language_model, load_model

COLOURS = ["red", "green", "blue", "white", "black", "yellow"]


def make_asks(*, max_tokens: int = 8) -> list[Ask]:
    return [
        Ask(Image.new("RGB", (640, 428), colour), f"Is it {colour}?", "Be right.", max_tokens)
        for colour in COLOURS
    ]


@dataclass
class Listening(Collected):
    """Keeps every text it heard, and hangs up after `patience` of them."""

    patience: int = 1_000
    heard: list[str] = field(default_factory=list)

    def set_text(self, text: str) -> None:
        self.heard.append(text)
        self.is_cancelled = len(self.heard) >= self.patience


@pytest.fixture(scope="module")
def vision(model_server: str) -> ServerVision:
    model = load_model(model_server)
    assert isinstance(model, ServerVision)
    return model


def test_answers_side_by_side_equal_answers_alone(vision: ServerVision) -> None:
    asks = make_asks()
    alone = [vision.answer([ask])[0].text for ask in asks]

    assert [reply.text for reply in vision.answer(asks)] == alone
    assert len(set(alone)) > 1


def test_server_sees_the_picture(vision: ServerVision) -> None:
    white, black = (
        vision.answer([Ask(Image.new("RGB", (64, 48), colour), "What?", "Answer.", 12)])[0].text
        for colour in ("white", "black")
    )

    assert white != black


def test_server_hears_the_instruction(vision: ServerVision) -> None:
    picture = Image.new("RGB", (64, 48), "red")
    right, wrong = (
        vision.answer([Ask(picture, "What?", system, 12)])[0].text
        for system in ("Get each detail right.", "Get one detail wrong.")
    )

    assert right != wrong


def test_streamed_text_grows_to_the_reply(vision: ServerVision) -> None:
    request = Listening(make_asks(max_tokens=16)[0])
    waiting = [[request]]
    vision.serve(lambda _running: waiting.pop() if waiting else [])

    assert request.heard[-1] == request.reply.text
    assert len(request.heard) > 2
    assert request.reply.tokens == 16
    assert 0 < request.reply.first_word_s < request.reply.latency_s


def test_newcomers_join_what_runs(vision: ServerVision) -> None:
    first, second = (Listening(ask) for ask in make_asks(max_tokens=40)[:2])
    turns = [[first], [second]]
    most = []

    def take(running: int) -> list[Listening]:
        most.append(running)
        return turns.pop(0) if turns else []

    vision.serve(take)

    assert max(most) == 2
    assert first.reply is not None and second.reply is not None


def test_who_hangs_up_gets_what_there_was(vision: ServerVision) -> None:
    request = Listening(make_asks(max_tokens=400)[0], patience=2)
    waiting = [[request]]
    began = time.monotonic()
    vision.serve(lambda _running: waiting.pop() if waiting else [])

    assert request.reply.tokens < 400
    assert request.reply.text.startswith(request.heard[1])
    assert time.monotonic() - began < 20


def test_batcher_streams_a_servers_answers(vision: ServerVision) -> None:
    with closing(Batcher(vision)) as batcher:
        tickets = [batcher.submit(ask, player_id=ask.question) for ask in make_asks()]
        texts = [list(ticket.updates())[-1].reply.text for ticket in tickets]

    assert texts == [reply.text for reply in vision.answer(make_asks())]


def test_name_tells_no_folder_of_the_server(vision: ServerVision) -> None:
    assert "/" not in vision.name and vision.name.startswith("random_llava")
    assert (vision.quantization, vision.adapter) == ("server's own", None)


def test_text_is_written_in_order(model_server: str) -> None:
    writer = load_language_model(model_server)
    assert isinstance(writer, ServerWriter)
    asks = [TextAsk(f"Number {n}", "Rewrite." * (n % 2), max_tokens=6) for n in range(10)]
    alone = [writer.write([ask])[0].text for ask in asks]
    together = writer.write(asks)

    assert [reply.text for reply in together] == alone
    assert {reply.tokens for reply in together} == {6}
    assert writer.write([]) == []


def test_drawn_text_differs_from_greedy_text(model_server: str) -> None:
    writer = load_language_model(model_server)
    greedy, drawn = writer.write(
        [TextAsk("Two dogs.", max_tokens=16, temperature=temperature) for temperature in (0, 1.5)]
    )

    assert greedy.text != drawn.text


def test_other_model_than_the_served_one_is_told(model_server: str) -> None:
    url = model_server.partition("#")[0]

    with pytest.raises(ServerError, match="refused the question .400.: Server is pinned to"):
        load_model(f"{url}#other")


def test_wrong_path_says_how_addresses_end(model_server: str) -> None:
    url = model_server.partition("/v1#")[0]

    with pytest.raises(ServerError, match=r"its address must end in '/v1' \(404\)"):
        load_model(f"{url}#x")


def test_dead_server_is_told() -> None:
    with pytest.raises(ModelError, match="No server answers at 'http://127.0.0.1:9/v1'. Start it"):
        load_model("server:http://127.0.0.1:9/v1#x")
