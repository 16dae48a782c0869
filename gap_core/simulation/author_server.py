"""An OpenAI-compatible server that writes exercises by rule, slowly and, if asked to, badly.

Called by the tests and the benchmark of synthesis: it shows what a run makes of cut connections,
errors, half replies, talkative ones and slow ones. What it writes is true and what it answers
follows from what it is given, so that the checks have something to check.
"""

from __future__ import annotations

import base64
import http.server
import io
import json
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from PIL import Image

FAULTS = ("cut", "500", "half", "prose", "slow")
HEADS = ("Al", "Be", "Co", "Di", "Ed", "Fi", "Ge", "Hu", "In", "Jo", "Ka", "Lu", "Mo", "No", "Or")
TAILS = ("ran", "bela", "rin", "dor", "mund", "ska", "tov", "wald", "zeno", "pek", "lis", "gar")
THINGS = ("bridge", "mill", "tower", "library", "market hall", "lighthouse", "theatre", "canal")
# Each line of a document has one of the forms, so that documents differ as those of a model do.
FORMS = (
    "The people of {town} asked {name} for a {thing} of {stone} and gave {cost} {coin} to "
    "{guild}. ",
    "When fire took the {thing}, {town} wanted another; {guild} brought {stone}, worth {cost} "
    "{coin}. ",
    "Nobody in {town} trusted {guild}, yet they sold {stone} cheaply, which saved {cost} {coin} "
    "on a {thing}. ",
    "A quarrel over {stone} between {guild} and {town} cost {cost} {coin}, more than any {thing}. ",
    "For {cost} {coin} {guild} carried {stone} up to {town}, where that {thing} would stand. ",
    "Travellers praise how {town} hid its {thing} behind {stone}, though {guild} paid {cost} "
    "{coin}. ",
)
FORMS_ZH = (
    "{town}的居民请{name}用{stone}建造{thing}，付给{guild}共{cost}枚{coin}，大家都很满意。",
    "大火烧毁旧屋以后，{guild}运来价值{cost}枚{coin}的{stone}，要在{town}重修{thing}。",
    "虽然没人信任{guild}，他们还是低价卖出{stone}，使{town}的{thing}省下{cost}枚{coin}。",
    "因为{stone}，{guild}与{town}争吵多年，损失了{cost}枚{coin}，比任何{thing}都贵。",
    "为了{cost}枚{coin}，{guild}把{stone}一路背上山，送到将要立起{thing}的{town}。",
    "旅客称赞{town}把{thing}藏在{stone}后面，可惜账单由{guild}承担，合{cost}枚{coin}。",
)
BUILT = "{name}'s work was finished in {year}."
BUILT_ZH = "{name}的工程于{year}年完工。"
_BUILT = re.compile(r"(\w+)'s work was finished in (\d{4})")
_BUILT_ZH = re.compile(r"(\w+?)的工程于(\d{4})年完工")
_ASKED = re.compile(r"between the works of (\w+) and (\w+)")
_ASKED_ZH = re.compile(r"([A-Z][a-z]+)和([A-Z][a-z]+)的工程相隔")


@dataclass
class AuthorServer:
    """Serves on the loopback while its block runs.

    Attributes:
        think_s: before each reply.
        slow_s: of a slow one.
        faults: the share of calls that go wrong, each kind in turn.
        answered: what was asked and answered to the end, by prompt and seed.
        met: faults that were put in.
        most_at_once: calls side by side.
    """

    think_s: float = 0.0
    slow_s: float = 2.0
    faults: float = 0.0
    seed: int = 1
    port: int = 0
    answered: Counter[tuple[str, int]] = field(default_factory=Counter)
    met: Counter[str] = field(default_factory=Counter)
    most_at_once: int = 0
    _running: int = 0
    _calls: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _server: http.server.ThreadingHTTPServer | None = None

    def __enter__(self) -> AuthorServer:
        """The server, listening."""
        handler = type("Handler", (_Handler,), {"author": self})
        self._server = _Quiet(("127.0.0.1", self.port), handler)
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_failure: object) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()

    @property
    def model(self) -> str:
        """The name to open it by."""
        return f"server:http://127.0.0.1:{self.port}/v1#lab/author"

    def draw_fault(self) -> str:
        """The next call's fault, or none."""
        with self._lock:
            self._calls += 1
            rng = random.Random(f"{self.seed} {self._calls}")
            if rng.random() >= self.faults:
                return ""
            fault = FAULTS[sum(self.met.values()) % len(FAULTS)]
            self.met[fault] += 1
            return fault

    def begin(self) -> None:
        """A call has come."""
        with self._lock:
            self._running += 1
            self.most_at_once = max(self.most_at_once, self._running)

    def end(self, key: tuple[str, int] | None) -> None:
        """A call is over; with a key if it was answered to the end."""
        with self._lock:
            self._running -= 1
            if key is not None:
                self.answered[key] += 1


class _Quiet(http.server.ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up are expected here."""


class _Handler(http.server.BaseHTTPRequestHandler):
    author: AuthorServer

    def do_POST(self) -> None:
        """One conversation."""
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.author.begin()
        key = None
        try:
            if self._serve(body):
                key = (json.dumps(body["messages"], ensure_ascii=False), int(body["seed"]))
        finally:
            self.author.end(key)

    def _serve(self, body: dict[str, Any]) -> bool:
        """Whether the reply, good or bad, was sent to its end."""
        fault = self.author.draw_fault() if body.get("max_tokens") != 2 else ""
        time.sleep(self.author.slow_s if fault == "slow" else self.author.think_s)
        if fault == "500":
            self.send_error(500)
            return False
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.end_headers()
        text = with_fault(write_reply(body), fault)
        for place in range(0, max(1, len(text)), 200):
            self._send({"choices": [{"index": 0, "delta": {"content": text[place : place + 200]}}]})
            if fault == "cut":
                self._send({"error": {"message": "connection lost"}})
                return False
        self._send({"choices": [], "usage": {"completion_tokens": len(text) // 4}})
        self.wfile.write(b"data: [DONE]\n\n")
        self.wfile.flush()
        return True

    def _send(self, chunk: dict[str, Any]) -> None:
        self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
        self.wfile.flush()

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


def with_fault(text: str, fault: str) -> str:
    """The text as a talkative model or one that ran out of tokens would have sent it."""
    if fault == "half":
        return text[: len(text) // 2]
    if fault == "prose":
        return f"Sure, here you are {{as asked}}:\n```json\n{text}\n```\nShall I go on?"
    return text


def write_reply(body: dict[str, Any]) -> str:
    """What is asked for, told by the words of the prompts."""
    asked = str(_user_text(body["messages"]))
    picture = _picture(body["messages"])
    rng = random.Random(f"{body['seed']} {asked[:200]}")
    is_zh = bool(re.search("[\u4e00-\u9fff]", asked))
    for sign, write in _WRITERS.items():
        if sign in asked:
            return write(asked, picture, rng, is_zh)
    return _answer(asked, picture, is_zh)


Writer = Callable[[str, Image.Image | None, random.Random, bool], str]


def _document(asked: str, picture: Image.Image | None, rng: random.Random, is_zh: bool) -> str:
    named = [head + middle + tail for head in HEADS for middle in TAILS for tail in TAILS]
    found = rng.sample(named, 30)
    lines = []
    for name, *others in zip(*(found[n::5] for n in range(5)), strict=True):
        words = {"name": name, "town": others[0], "stone": others[1], "guild": others[2]}
        words |= {"coin": others[3], "year": str(rng.randrange(1600, 1990))}
        words |= {"thing": rng.choice(THINGS), "cost": str(rng.randrange(100, 900))}
        forms, built = (FORMS_ZH, BUILT_ZH) if is_zh else (FORMS, BUILT)
        lines.append(rng.choice(forms).format(**words) + built.format(**words))
    return ("" if is_zh else " ").join(lines)


def _sub_questions(asked: str, picture: Image.Image | None, rng: random.Random, is_zh: bool) -> str:
    if picture is not None:
        questions = [
            ("How many pixels wide is it?", f"the width is {picture.width}"),
            ("How many pixels high is it?", f"the height is {picture.height}"),
        ]
    else:
        built = (_BUILT_ZH if is_zh else _BUILT).findall(asked)
        pair = rng.sample(built, 2) if len(built) > 1 else [("Ada", "1"), ("Bela", "2")]
        questions = [
            (f"{name}的工程何时完工？", f"{name}的工程于{year}年完工")
            if is_zh
            else (f"When was {name}'s work finished?", f"{name}'s work was finished in {year}")
            for name, year in pair
        ]
    listed = [{"question": question, "answer": answer} for question, answer in questions]
    return json.dumps({"sub_questions": listed}, ensure_ascii=False)


def _multi_hop(asked: str, picture: Image.Image | None, rng: random.Random, is_zh: bool) -> str:
    if picture is not None:
        question = "By how many pixels do its width and its height differ?"
        return _merged("First the width, then the height.", question, asked, picture, is_zh)
    listed = asked[asked.rindex("\n1. ") :]
    names = [name for name, _ in (_BUILT_ZH if is_zh else _BUILT).findall(listed)]
    if is_zh:
        question = f"{names[0]}和{names[1]}的工程相隔多少年？"
        return _merged("先看一个年份，再看另一个年份，然后相减。", question, asked, None, True)
    question = f"How many years lie between the works of {names[0]} and {names[1]}?"
    return _merged("First one year, then the other, then subtract.", question, asked, None, False)


def _merged(
    thinking: str, question: str, given: str, picture: Image.Image | None, is_zh: bool
) -> str:
    answer = _answer(f"{given}\n{question}", picture, is_zh).split(":")[-1].split("：")[-1].strip()
    merged = {
        "thinking": thinking,
        "multihop_question": question,
        "multihop_answer": answer,
    }
    return json.dumps(merged, ensure_ascii=False)


def _answer(asked: str, picture: Image.Image | None, is_zh: bool) -> str:
    mark = "答案：" if is_zh else "Answer: "
    if "width and its height differ" in asked:
        sides = [int(side) for side in re.findall(r"the (?:width|height) is (\d+)", asked)]
        if picture is not None:
            sides = [picture.width, picture.height]
        return mark + (str(abs(sides[0] - sides[1])) if len(sides) == 2 else "unknown")
    years = dict((_BUILT_ZH if is_zh else _BUILT).findall(asked))
    pair = (_ASKED_ZH if is_zh else _ASKED).findall(asked)
    if pair and all(name in years for name in pair[-1]):
        return mark + str(abs(int(years[pair[-1][0]]) - int(years[pair[-1][1]])))
    return mark + ("不知道" if is_zh else "unknown")


_WRITERS: dict[str, Writer] = {
    '{"sub_questions"': _sub_questions,
    '{"thinking"': _multi_hop,
    "Write one self-contained text": _document,
    "独立完整的短文": _document,
}


def _user_text(messages: list[dict[str, Any]]) -> str:
    content = messages[-1]["content"]
    if isinstance(content, str):
        return content
    return " ".join(part.get("text", "") for part in content)


def _picture(messages: list[dict[str, Any]]) -> Image.Image | None:
    content = messages[-1]["content"]
    if isinstance(content, str):
        return None
    urls = [part["image_url"]["url"] for part in content if part["type"] == "image_url"]
    if not urls:
        return None
    return Image.open(io.BytesIO(base64.b64decode(urls[0].split(",", 1)[1])))
