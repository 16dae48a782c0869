# From the studio alone: an adapter is trained, served in a running game, and answers better there.
from __future__ import annotations

import random
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import pytest

from db import Store
from gap_core.dataset.build_config import BuildConfig
from gap_core.dataset.building import build_dataset
from gap_core.dataset.places import dataset_place
from gap_core.dataset.sample import Sample
from gap_core.decks.deal import deal_pocket_deck
from gap_core.evaluation.factual import score_answer
from gap_core.pocket_world import BASIC, scene_from_json
from gap_core.pocket_world.questions import CATEGORY_OF_FORM, sample_question
from gap_core.pocket_world.truth import true_answer
from gap_core.training.run_folder import read_curve, run_place
from tests.fixtures_game import WirePlayer
from tests.fixtures_play import START
from tests.fixtures_studio import StudioProcess, StudioTab
from tests.waiting import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]
ROOT = Path(__file__).parents[1]
DECK, QUESTIONS = "lessons", 2
# Learnt by heart: ten samples, over and over.
FURTHER = """steps: 20
batch: 5
learning_rate: 2.0e-3
held_back_share: 0
keep: last
threads: 1"""

Answers = dict[tuple[str, str], str]


def lessons_in(folder: Path) -> list[Sample]:
    """A deck of ten drawn pictures, and true answers about the ordinary ones."""
    rng, samples = random.Random("lessons of a day"), []
    with Store.open(folder / "gap.db") as store:
        deal_pocket_deck(store, data_dir=folder, tainted=5, untainted=5)
        graphs = {one.image_id: one for one in store.images.drawn("pocket")}
        for image in store.curation.images("pocket"):
            store.images.put_in_deck(
                image.image_id, deck=DECK, taint=image.taint, decided_by="test", decided=START
            )
            if image.taint == "untainted":
                graph = graphs[image.image_id].graph_json
                samples += lessons_of(image.image_id, image.path, graph, rng)
    return samples


def lessons_of(image_id: str, path: str, graph_json: str, rng: random.Random) -> list[Sample]:
    scene, asked = scene_from_json(graph_json), {}
    while len(asked) < QUESTIONS:
        question = sample_question(scene, rng.choice(BASIC.asked_forms), rng=rng)
        if question is not None:
            asked[question.form] = question
    return [
        Sample(
            f"{image_id[:8]}-{form}", image_id, question.text, true_answer(scene, question),
            CATEGORY_OF_FORM[form], image_path=path,
        )
        for form, question in asked.items()
    ]  # fmt: skip


class PocketGame:
    """The real game, with the pocket, over that deck."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "scripts.serve_game", "--port", "0", "--deck", DECK]
        self.process = subprocess.Popen(
            [*command, "--data-dir", str(self.folder)],
            cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        self.said = ""
        threading.Thread(target=self._listen, daemon=True).start()
        wait_until(lambda: "The game is open" in self.said, limit_s=180)
        self.url = re.findall(r"http://127\.0\.0\.1:\d+", self.said)[-1]
        return self

    def __exit__(self, *_error: object) -> None:
        self.process.terminate()
        self.process.wait(timeout=30)

    def _listen(self) -> None:
        for line in self.process.stdout or []:
            self.said += line

    def play(self, nickname: str, lessons: list[Sample]) -> Answers:
        """A whole session: what is said to the questions of each ordinary picture."""
        player = WirePlayer(self.url).join(nickname)
        board, answers = player.board("begin"), {}
        while board["round"]:
            image_id, tainted = self._shown()
            about = [one.question for one in lessons if one.image_id == image_id] or [
                "What is this?"
            ]
            for place, question in enumerate(about):
                board = player.ask(board, question)
                if not tainted:
                    answers[image_id, question] = board["round"]["asked"][-1]["answer"]
                is_last = place == len(about) - 1
                board = player.judge(board, "wrong" if is_last else "correct")
        return answers

    def _shown(self) -> tuple[str, bool]:
        with Store.open(self.folder / "gap.db") as store:
            (row,) = store.connection.rows(
                """SELECT image_id, tainted FROM rounds
                WHERE opened_utc IS NOT NULL AND closed_utc IS NULL"""
            )
        return row["image_id"], bool(row["tainted"])


def wrong_in(answers: Answers, lessons: list[Sample]) -> list[Sample]:
    """Lessons whose answer is not the true one."""
    return [
        one
        for one in lessons
        if score_answer(
            answers[one.image_id, one.question], one.answer, question=one.question
        ).score != 1
    ]  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("teaching")


@pytest.fixture(scope="module")
def lessons(folder: Path) -> list[Sample]:
    samples = lessons_in(folder)
    place = dataset_place(folder, "first")
    config = BuildConfig(validation_share=0.0, keep_rules=frozenset({"premise"}))
    build_dataset(samples, place, data_dir=folder, config=config)
    return samples


@pytest.fixture(scope="module")
def teacher(folder: Path, lessons: list[Sample]) -> Iterator[StudioProcess]:
    with StudioProcess(folder) as running:
        yield running


def open_page(tab: StudioTab, page: str) -> Any:
    tab.page.goto(f"{tab.studio.url}/{page}")
    tab.page.wait_for_selector("h1")
    return tab.page


def start_training(tab: StudioTab) -> None:
    page = open_page(tab, "train")
    page.fill("input[aria-label=Name]", "learnt")
    page.fill("textarea[aria-label='Further settings']", FURTHER)
    page.click("button >> text=Start")
    page.wait_for_selector("text=Run 'learnt' has started")


def test_an_adapter_trained_in_the_studio_answers_right_in_the_game(
    chromium: Any, folder: Path, lessons: list[Sample], teacher: StudioProcess
) -> None:
    tab = StudioTab(chromium, teacher)
    tab.sign_in(teacher.person("Ada", role="reviewer"))
    start_training(tab)
    run = run_place(folder, "learnt")
    with PocketGame(folder) as game:
        before = game.play("Before", lessons)
        wait_until(lambda: bool(read_curve(run)), limit_s=240)
        teacher.kill()  # the run goes on without its studio
        teacher.restart()
        page = open_page(tab, "train")
        tab.trouble.clear()  # the tab noted that its server was away
        page.wait_for_selector("tr[data-id=learnt] >> text=finished", timeout=240_000)
        page.wait_for_selector("text=Learnt 10 samples")
        page = open_page(tab, "adapters")
        page.click("tr[data-id=learnt] [data-does=serve]")
        page.click("tr[data-id=learnt] [data-does=serve][data-sure=true]")
        page.wait_for_selector("text=the game answers with it since")
        after = game.play("After", lessons)
        page.click("button >> text=Back to the base model")
        page.wait_for_selector("text=Ada asked for the model without an adapter")
        wait_until(lambda: "answers come without one" in game.said)

    wrong_before = wrong_in(before, lessons)
    assert len(before) == len(lessons) == 10 and wrong_before
    assert wrong_in(after, lessons) == []
    with teacher.store() as store:
        said_by = store.connection.rows(
            """SELECT DISTINCT adapter, nickname FROM turns JOIN rounds ON rounds.id = round_id
            JOIN sessions ON sessions.id = session_id JOIN players ON players.id = player_id"""
        )
    assert {tuple(row) for row in said_by} == {(None, "Before"), ("learnt", "After")}
    tab.trouble = [said for said in tab.trouble if "404" not in said]  # Streamlit seeks its root
    assert tab.trouble == []
    tab.context.close()
