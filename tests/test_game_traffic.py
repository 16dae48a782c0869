# Whole sessions over raw HTTP: what comes over the wire is the same for traps and for others.
from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from apps.game.pictures import BLOCK_BYTES, served_picture
from models.base import Ask
from models.prompts import HONEST, WRONG
from tests.fixtures_game import GameServer, Message, same_for_all
from tests.fixtures_models import ScriptedModel
from tests.fixtures_play import Table, fill_deck

QUESTION = "What is in the picture?"


@dataclass
class Round:
    """One picture as the wire showed it, and what only the database knows."""

    is_tainted: bool
    was_told_wrong: bool
    picture_headers: str
    picture_bytes: int
    answer: list[Message]
    verdict: list[Message]

    @property
    def script(self) -> str:
        """All that came, without what is random or a time for everybody.

        Which words are ready at a tick is chance; what the whole answer says is not.
        """
        growing = [m.raw for m in self.answer if '["append",["live","text"]' not in m.raw]
        judged = [m.raw for m in self.verdict]
        return "\n".join([self.picture_headers, *map(same_for_all, growing + judged)])

    @property
    def first_word_s(self) -> float:
        return next(m.at_s for m in self.answer if m.board["live"] and m.board["live"]["text"])


def plain_headers(headers: dict[str, str]) -> str:
    return repr(sorted((k, v) for k, v in headers.items() if k != "date"))


def play_rounds(server: GameServer, nickname: str) -> list[Round]:
    """A session in which every answer is marked wrong."""
    player = server.player(nickname)
    board = player.board("begin")
    rounds: list[Round] = []
    while board["screen"] == "round":
        picture = player.picture(board)
        asked = player.fire("ask", question=QUESTION, round=board["round"]["token"])
        turn = asked[-1].board["round"]["asked"][-1]["turn"]
        judged = player.fire("judge", turn=turn, verdict="wrong")
        with server.table.store() as store:
            context = store.turns.context(turn)
        assert context is not None
        board = judged[-1].board
        rounds.append(
            Round(
                is_tainted=context.round.tainted,
                was_told_wrong=context.turn.told_wrong,
                picture_headers=plain_headers(dict(picture.headers)),
                picture_bytes=len(picture.content),
                answer=asked,
                verdict=judged if board["screen"] == "round" else [],
            )
        )
    return rounds


class SlowLiar(ScriptedModel):
    """Needs longer when it is told to answer wrong, as a model of clumsy prompts might."""

    extra_s = 0.25

    def prepare(self, ask: Ask) -> Ask:
        if ask.system == WRONG:
            time.sleep(self.extra_s)
        return super().prepare(ask)


@pytest.fixture(scope="module")
def rounds(tmp_path_factory: pytest.TempPathFactory) -> list[Round]:
    """Two players' sessions against the slow liar."""
    folder = tmp_path_factory.mktemp("sessions")
    fill_deck(folder / "gap.db", folder, tainted=12, untainted=14)
    with GameServer(Table(folder / "gap.db", folder), SlowLiar()) as server:
        return play_rounds(server, "Ada") + play_rounds(server, "Bob")


@pytest.mark.slow
def test_the_wire_is_the_same_for_traps_and_others(rounds: list[Round]) -> None:
    followed = [r for r in rounds if r.verdict]

    assert {r.was_told_wrong for r in followed} == {True, False}
    assert len({r.script for r in followed}) == 1
    assert {r.picture_bytes for r in rounds} == {BLOCK_BYTES}


@pytest.mark.slow
def test_no_first_word_tells_a_trap(rounds: list[Round]) -> None:
    told = [r.first_word_s for r in rounds if r.was_told_wrong]
    honest = [r.first_word_s for r in rounds if not r.was_told_wrong]

    assert abs(statistics.median(told) - statistics.median(honest)) < SlowLiar.extra_s / 3


@pytest.mark.slow
def test_no_answer_to_a_verdict_tells_a_trap(rounds: list[Round]) -> None:
    trap_marks = [r.verdict[-1].at_s for r in rounds if r.is_tainted and r.verdict]
    other_marks = [r.verdict[-1].at_s for r in rounds if not r.is_tainted and r.verdict]

    assert abs(statistics.median(trap_marks) - statistics.median(other_marks)) < 0.08


@pytest.mark.slow
def test_no_message_before_the_end_says_trap(rounds: list[Round]) -> None:
    words = "".join(m.raw for r in rounds for m in r.answer + r.verdict).lower()

    assert not any(word in words for word in ("taint", "trap", "told", "honest", "points"))
    assert not any(prompt.lower() in words for prompt in (HONEST, WRONG))


def test_messages_carry_no_file_name_and_no_image_id(game_server: GameServer) -> None:
    player = game_server.player()
    board = player.board("begin")
    known = {file.stem for file in (game_server.table.data_dir / "images").iterdir()}

    wire = player.page + str(board) + str(player.picture(board).headers)
    assert not any(image_id in wire for image_id in known)
    assert str(game_server.table.data_dir) not in wire


def test_the_same_question_again_gets_the_same_treatment(
    game_server: GameServer, scripted_model: ScriptedModel
) -> None:
    player = game_server.player()
    board = player.board("begin")
    for question in (QUESTION, "what is in the  PICTURE", QUESTION):
        board = player.judge(player.ask(board, question), "correct")

    assert len({ask.system for ask in scripted_model.calls}) == 1


def test_pictures_of_simple_and_crowded_scenes_have_one_size(tmp_path: Path) -> None:
    simple, crowded = Image.new("RGB", (640, 480), "navy"), Image.new("RGB", (640, 480), "navy")
    pen = ImageDraw.Draw(crowded)
    for place in range(0, 640, 12):
        pen.ellipse((place, place // 2, place + 90, place // 2 + 90), outline="white", width=3)
    simple.save(tmp_path / "a.png")
    crowded.save(tmp_path / "b.png")

    sizes = {len(served_picture(tmp_path / name)) for name in ("a.png", "b.png")}

    assert sizes == {BLOCK_BYTES}


def test_served_pictures_carry_no_metadata(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010E] = "tainted deck"
    Image.new("RGB", (900, 700), "teal").save(tmp_path / "a.jpg", exif=exif, comment=b"trap")

    served = served_picture(tmp_path / "a.jpg")

    assert b"Exif" not in served and b"tainted" not in served and b"trap" not in served


def test_a_picture_closes_with_its_round(game_server: GameServer) -> None:
    player = game_server.player()
    board = player.board("begin")
    address = f"/picture/{board['round']['token']}"
    player.judge(player.ask(board), "wrong")

    assert player.http.get(address).status_code == 404


def test_another_players_picture_is_not_found(game_server: GameServer) -> None:
    ada, bob = game_server.player("Ada"), game_server.player("Bob")
    board = ada.board("begin")
    bob.board("begin")

    answers = [bob.picture(board), bob.http.get("/picture/nonsense")]

    assert {(a.status_code, a.text) for a in answers} == {(404, answers[0].text)}


def test_logs_hold_nothing_of_players(
    game_server: GameServer,
    scripted_model: ScriptedModel,
    capfd,
    caplog,  # type: ignore[no-untyped-def]
) -> None:
    scripted_model.enqueue(RuntimeError("bad kernel"))
    player = game_server.player("Zanzibar")
    board = player.board("begin")
    player.ask(board, "Is the quokka smiling?")
    player.post_event("ask", ["nonsense"])
    time.sleep(0.5)

    written = "".join(capfd.readouterr()) + caplog.text
    assert "bad kernel" in written
    for word in ("Zanzibar", "quokka", "told_wrong=", "tainted=", board["round"]["token"]):
        assert word not in written
