# Many players at once over HTTP: nobody waits for a place among events that only wait themselves.
from __future__ import annotations

import threading
from pathlib import Path

from apps.game.identity import COOKIE
from tests.fixtures_game import GameServer, WirePlayer
from tests.fixtures_models import ScriptedModel
from tests.fixtures_play import Table, fill_deck
from tests.waiting import wait_until

GRADIOS_OWN_LIMIT = 40  # events that it has going at once unless told otherwise


def seated(server: GameServer, nickname: str) -> WirePlayer:
    player = WirePlayer(server.url)
    player.http.cookies.set(COOKIE, server.signed_cookie(server.table.join(nickname)))
    return player


def test_a_verdict_waits_for_no_answers_of_a_crowd(tmp_path: Path) -> None:
    fill_deck(tmp_path / "gap.db", tmp_path, tainted=12, untainted=14)
    model = ScriptedModel()
    with GameServer(Table(tmp_path / "gap.db", tmp_path), model) as server:
        judge = seated(server, "judge")
        answered = judge.ask(judge.board("begin"))
        model.gate = threading.Event()
        crowd = [seated(server, f"asks {number}") for number in range(GRADIOS_OWN_LIMIT + 5)]
        for player in crowd:
            token = player.board("begin")["round"]["token"]
            player.post_event("ask", {"question": "What is this?", "round": token})

        with server.table.store() as store:
            wait_until(lambda: len(store.turns.unanswered()) == len(crowd), limit_s=8)
        assert judge.judge(answered, "wrong")["place"] == 2
        model.gate.set()
        boards = [list(player.listen(0))[-1].board for player in crowd]
    assert {board["round"]["asked"][0]["answer"] for board in boards} == {model.default}
