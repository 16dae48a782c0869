# A running studio on a free port, questions to label, people to sign in, and a browser tab.
from __future__ import annotations

import importlib
import os
import re
import secrets
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import click
import httpx
import pytest

from apps.studio.jobs import Jobs
from db import Store
from gap_core.dataset.places import checked_name
from gap_core.labeling import LabelRules, Workbench
from gap_core.play import Rules
from tests.fixtures_labeling import CHEAP, PASSWORD
from tests.fixtures_play import Table, fill_deck
from tests.waiting import wait_until

WINDOW = {"width": 1280, "height": 800}
A_SESSION = 9  # questions of one player


def mark_wrong(folder: Path, asked: Sequence[tuple[str, str]]) -> None:
    """Players ask these questions, get these answers, and mark them Wrong on ordinary pictures."""
    if not (folder / "gap.db").exists():
        fill_deck(folder / "gap.db", folder, tainted=1, untainted=60)
    for start in range(0, len(asked), A_SESSION):
        waiting = list(asked[start : start + A_SESSION])
        rules = Rules(tainted_images=1, untainted_images=len(waiting))
        table = Table(folder / "gap.db", folder, rules=rules)
        player = table.started(f"player {secrets.randbelow(10**9)}")
        for dealt in table.rounds(player):
            question, answer = ("Is it?", "Yes.") if dealt.tainted else waiting.pop(0)
            turn = table.open_turn(player, question)
            table.finish(turn.turn_id, answer)
            table.mark(player, turn, "wrong")


def workbench_of(folder: Path) -> Workbench:
    rules = LabelRules(theta=0.0)
    return Workbench(folder / "gap.db", data_dir=folder, rules=rules, hasher=CHEAP)


@dataclass
class StudioProcess:
    """The studio as a process that can be killed; its folder can be worked on from outside."""

    folder: Path
    key: str = ""
    second_share: float | None = None
    url: str = field(default="", init=False)
    said: list[str] = field(default_factory=list, init=False)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.kill()

    def start(self, port: int = 0) -> None:
        arguments = [str(self.folder), self.key, str(port)]
        if self.second_share is not None:
            arguments.append(str(self.second_share))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.serve_small_studio", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
        )
        threading.Thread(target=self._listen, daemon=True).start()
        wait_until(lambda: bool(self._address()), limit_s=90)
        self.url = self._address()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line)

    def _address(self) -> str:
        assert self.process.poll() is None, "".join(self.said)
        found = re.findall(r"The studio is open: (http://\S+)", "".join(self.said))
        return str(found[-1]) if found else ""

    def kill(self) -> None:
        """As by kill -9: nothing is tidied up."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def restart(self) -> None:
        """After a kill, under the same address."""
        self.said.clear()
        self.start(int(self.url.rsplit(":", 1)[1]))

    @property
    def workbench(self) -> Workbench:
        return workbench_of(self.folder)

    def store(self) -> Store:
        return Store.open(self.folder / "gap.db")

    def person(self, name: str = "", role: str = "labeler") -> str:
        """The name of a new account."""
        name = name or f"person {secrets.token_hex(4)}"
        self.workbench.create_account(name, PASSWORD, role)  # type: ignore[arg-type]
        return name

    def signed_in(self, name: str) -> httpx.Client:
        client = httpx.Client(base_url=self.url, timeout=60)
        answer = client.post("/login", data={"name": name, "password": PASSWORD, "key": self.key})
        assert answer.status_code == 303, answer.text
        return client


class StudioTab:
    """A browser tab that notes errors, dialogs and requests to other machines."""

    def __init__(self, chromium: Any, studio: StudioProcess, **options: Any) -> None:
        self.studio = studio
        self.context = chromium.new_context(**{"viewport": WINDOW, **options})
        self.trouble: list[str] = []
        self.page = self.context.new_page()
        self.page.set_default_timeout(90_000)  # the first page of a busy machine
        self.page.on("pageerror", lambda error: self.trouble.append(str(error)))
        self.page.on("dialog", lambda dialog: self.trouble.append(dialog.message))
        self.page.on("console", self._note_console)
        self.page.on("request", self._note_outsider)

    def _note_console(self, message: Any) -> None:
        if message.type == "error":
            self.trouble.append(message.text)

    def _note_outsider(self, request: Any) -> None:
        own = (self.studio.url, self.studio.url.replace("http", "ws", 1), "data:", "blob:")
        if not request.url.startswith(own):
            self.trouble.append(request.url)

    def sign_in(self, name: str) -> Any:
        self.page.goto(self.studio.url)
        self.page.fill("[name=name]", name)
        self.page.fill("[name=password]", PASSWORD)
        self.page.keyboard.press("Enter")
        self.page.wait_for_selector("[data-testid=stTopNavLink]")
        return self.page

    def at_desk(self, name: str) -> Any:
        """Signed in, with a question open."""
        page = self.sign_in(name)
        page.wait_for_selector("textarea:visible")
        return page


@dataclass
class Started:
    """What pages would have started as processes."""

    commands: list[tuple[str, ...]] = field(default_factory=list)

    def understood(self) -> dict[str, Any]:
        """The last command as its script reads it."""
        script, *arguments = self.commands[-1]
        module = importlib.import_module(f"scripts.{script}")
        (command,) = [one for one in vars(module).values() if isinstance(one, click.Command)]
        return command.make_context(script, list(arguments)).params


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Started:
    """Pages start nothing; what they would have is noted."""
    noted = Started()

    def note(_jobs: Jobs, _kind: str, name: str, *command: str, **_given: object) -> None:
        checked_name(name)
        noted.commands.append(command)

    monkeypatch.setattr(Jobs, "start", note)
    return noted


@pytest.fixture(scope="session")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StudioProcess]:
    """One studio for all tests that need some questions in it; each brings its own people."""
    folder = tmp_path_factory.mktemp("studio")
    mark_wrong(folder, [(f"Question {number}?", f"Answer {number}.") for number in range(90)])
    with StudioProcess(folder) as running:
        yield running


@pytest.fixture
def studio_tab(chromium: Any, studio: StudioProcess) -> Iterator[StudioTab]:
    tab = StudioTab(chromium, studio)
    yield tab
    tab.context.close()
