# The script that scripts/play starts: what it refuses before anything is loaded.
from __future__ import annotations

import gc
import socket
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner

from apps.game.opening import check_deck, check_reach
from apps.listening import address_here, address_on_network, bound_socket
from db import Store
from gap_core.care.model_worker import ModelWorker
from gap_core.decks import deal
from gap_core.settings import Settings
from models.registry import OWN_FOLDERS
from scripts.serve_game import (
    deal_first_pictures,
    deal_other_pictures,
    draw_beside,
    serve_game,
)
from tests.fixtures_play import DECK, fill_deck


def test_a_taken_port_is_named_with_another_to_choose(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        result = CliRunner().invoke(serve_game, ["--port", str(port), "--data-dir", str(tmp_path)])

    assert result.exit_code == 1
    assert f"Port {port} is taken" in result.output and f"--port {port + 1}" in result.output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "gap.example.org"])
def test_a_network_without_an_event_code_is_refused(host: str, tmp_path: Path) -> None:
    result = CliRunner().invoke(serve_game, ["--host", host, "--data-dir", str(tmp_path)])

    assert result.exit_code == 1
    assert f"Host '{host}'" in result.output and "--event-code" in result.output


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_this_machine_needs_no_event_code(host: str) -> None:
    check_reach(Settings(host=host))


def test_an_address_of_another_machine_is_explained(tmp_path: Path) -> None:
    command = ["--host", "192.0.2.7", "--event-code", "plum", "--data-dir", str(tmp_path)]
    result = CliRunner().invoke(serve_game, command)

    assert result.exit_code == 1
    assert "Host '192.0.2.7' is no address of this machine" in result.output


def test_port_zero_takes_a_free_one() -> None:
    with bound_socket("127.0.0.1", 0) as listener:
        assert listener.getsockname()[1] > 0


def test_nonsense_in_the_environment_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GAP_PORT", "many")
    result = CliRunner().invoke(serve_game, ["--data-dir", str(tmp_path)])

    assert result.exit_code == 1 and "Setting GAP_PORT can't be 'many'" in result.output


def test_an_unknown_model_is_refused_with_the_names(tmp_path: Path) -> None:
    fill_deck(tmp_path / "gap.db", tmp_path, tainted=5, untainted=5)
    command = ["--port", "0", "--model", "parrot", "--deck", DECK, "--data-dir", str(tmp_path)]
    result = CliRunner().invoke(serve_game, command)

    assert result.exit_code == 1 and "No model called 'parrot'. Choose pocket" in result.output


def test_own_model_that_can_not_be_loaded_ends_the_game_with_the_reason(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # Its pages stand by then, and somebody may have joined.
    monkeypatch.setitem(OWN_FOLDERS, "pocket-full", tmp_path / "nothing")
    fill_deck(tmp_path / "gap.db", tmp_path, tainted=5, untainted=5)
    command = ["--port", "0", "--deck", DECK, "--data-dir", str(tmp_path)]
    result = CliRunner().invoke(serve_game, command)

    assert result.exit_code == 1
    assert "The weights of 'pocket-full' are missing" in result.output


@pytest.mark.parametrize(("tainted", "untainted"), [(4, 9), (9, 4)])
def test_a_deck_with_too_few_pictures_is_refused_before_anybody_joins(
    tmp_path: Path, tainted: int, untainted: int
) -> None:
    # The game opened, and its visitors were told instead of its host.
    fill_deck(tmp_path / "gap.db", tmp_path, tainted=tainted, untainted=untainted)
    command = ["--port", "0", "--deck", DECK, "--data-dir", str(tmp_path)]
    result = CliRunner().invoke(serve_game, command)

    assert result.exit_code == 1
    assert f"holds {tainted} approved traps and {untainted} other pictures" in result.output


def test_a_deck_for_one_session_is_enough(tmp_path: Path) -> None:
    fill_deck(tmp_path / "gap.db", tmp_path, tainted=5, untainted=5)

    check_deck(Settings(deck=DECK, data_dir=tmp_path))


def deal_few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gap_core.decks.deal.FIRST_OF_EACH", 2)
    few = partial(deal.deal_pocket_deck, tainted=4, untainted=4)
    monkeypatch.setattr("gap_core.decks.deal.deal_pocket_deck", few)


@pytest.mark.parametrize("deck", list(deal.DRAWN_DECKS))
def test_deck_is_begun_before_the_game_opens_and_ended_beside_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, deck: str
) -> None:
    deal_few(monkeypatch)
    settings = Settings(deck=deck, data_dir=tmp_path)

    for step, held in ((deal_first_pictures, 2), (deal_other_pictures, 4)):
        step(settings)
        with Store.open(settings.db) as store:
            assert [store.images.count(deck, taint=kind) for kind in ("tainted", "untainted")] == [
                held,
                held,
            ]


def test_first_pictures_are_drawn_beside_and_waited_for(tmp_path: Path) -> None:
    settings = Settings(deck=deal.POCKET_DECK, data_dir=tmp_path)
    draw_beside(settings)()

    with Store.open(settings.db) as store:
        for kind in ("tainted", "untainted"):
            assert store.images.count(settings.deck, taint=kind) == deal.FIRST_OF_EACH


def test_only_a_deck_that_lacks_pictures_is_drawn_beside(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings = Settings(deck=deal.POCKET_DECK, data_dir=tmp_path)
    deal_first_pictures(settings)
    with monkeypatch.context() as patch:
        patch.delattr("scripts.serve_game.ProcessPoolExecutor")
        draw_beside(settings)()
    lost = next((tmp_path / "images").rglob("*.png"))
    lost.unlink()
    draw_beside(settings)()

    assert lost.is_file()


def test_other_decks_are_never_drawn(tmp_path: Path) -> None:
    settings = Settings(deck="city", data_dir=tmp_path)
    deal_first_pictures(settings)
    deal_other_pictures(settings)

    assert list(tmp_path.iterdir()) == []


def test_what_ends_the_drawing_beside_the_game_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    deal_few(monkeypatch)
    (tmp_path / "images").write_text("in the way")
    deal_other_pictures(Settings(deck="pocket", data_dir=tmp_path))

    assert "deck is not drawn to its end. Picture can't be written" in capsys.readouterr().err


def interrupt(*_given: object) -> None:
    raise KeyboardInterrupt


def end(*_given: object) -> None:
    # As uvicorn does where SIGINT was ignored at the start, as in the background of a script.
    return


def test_garbage_is_collected_while_people_play(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = list[bool]()

    def serve(_game: object, worker: ModelWorker, *_: object, **__: object) -> None:
        worker.opened.result()
        seen.append(gc.isenabled())

    fill_deck(tmp_path / "gap.db", tmp_path, tainted=5, untainted=5)
    monkeypatch.setattr("scripts.serve_game.limit_arenas", lambda: True)
    monkeypatch.setattr("apps.game.serving.serve", serve)
    command = ["--port", "0", "--deck", DECK, "--data-dir", str(tmp_path)]
    result = CliRunner().invoke(serve_game, command)

    assert result.exit_code == 0, result.output
    assert seen == [True] and gc.isenabled()


@pytest.mark.parametrize("stop", [interrupt, end])
def test_stopping_it_ends_with_where_things_are(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, stop: Callable[..., None]
) -> None:
    monkeypatch.setattr("scripts.serve_game.start", stop)
    result = CliRunner().invoke(serve_game, ["--port", "0", "--data-dir", str(tmp_path)])

    kept = tmp_path / "gap.db"
    assert result.output == f"\nStopped. All is kept in '{kept}'; open sessions go on next time.\n"
    assert result.exit_code == 0


@pytest.mark.parametrize(
    ("host", "port", "here", "on_network"),
    [
        ("127.0.0.1", 7860, "http://127.0.0.1:7860", ""),
        ("192.0.2.7", 7860, "http://192.0.2.7:7860", "http://192.0.2.7:7860/"),
        ("2001:db8::7", 80, "http://[2001:db8::7]:80", "http://[2001:db8::7]:80/"),
    ],
)
def test_address_is_told_that_a_browser_reaches(
    host: str, port: int, here: str, on_network: str
) -> None:
    assert (address_here(host, port), address_on_network(host, port)) == (here, on_network)


@pytest.mark.parametrize(("host", "here"), [("0.0.0.0", "127.0.0.1"), ("::", "[::1]")])
def test_what_listens_everywhere_is_opened_here_under_an_address_of_its_own(
    host: str, here: str
) -> None:
    assert address_here(host, 7861) == f"http://{here}:7861"
