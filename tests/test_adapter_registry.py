# Adapters are registered for ever, asked for in the database, and followed between sessions.
from __future__ import annotations

import json
import sqlite3
import threading
from dataclasses import replace
from pathlib import Path

import anyio
import pytest
from click.testing import CliRunner

from apps.game.app import _keep_following
from db import Store, StoreError
from db.adapter_store import AdapterRecord
from gap_core.errors import GapError
from gap_core.play.adapter_following import QUIET_AFTER, WAIT_AT_MOST, AdapterFollower
from gap_core.training.packaging import export_adapter, merge_adapter
from gap_core.training.registry import load_taught_model, request_adapter
from models.adapters import CONFIG_FILE
from models.base import Ask
from models.transformers_vlm import TransformersVLM
from scripts.list_adapters import main as list_adapters
from scripts.serve_adapter import main as serve_adapter
from tests.fixtures_play import START, Table
from tests.test_adapters import save_adapter
from tests.test_transformers_vlm import make_asks


def made_record(name: str, folder: Path, model: str = "random", **given: object) -> AdapterRecord:
    made = AdapterRecord(name, model, str(folder), "first", "ab", "{}", None, 9, 0.5, START)
    return replace(made, **given)


@pytest.fixture(scope="module")
def day(random_pocket_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs") / "day" / "adapter"
    save_adapter(random_pocket_folder, folder, seed=1)
    return folder


def test_an_adapter_has_learnt_what_its_parents_learnt(store: Store, tmp_path: Path) -> None:
    store.adapters.add(made_record("one", tmp_path), image_ids=["a", "b", "a"])
    store.adapters.add(made_record("two", tmp_path, parent="one"), image_ids=["c"])
    assert store.adapters.learnt_images("two") == {"a", "b", "c"}
    assert store.adapters.learnt_images("one") == {"a", "b"}
    assert [one.name for one in store.adapters.all()] == ["two", "one"]
    with pytest.raises(StoreError, match="'one' is registered already"):
        store.adapters.add(made_record("one", tmp_path), image_ids=[])


@pytest.mark.parametrize("table", ["adapters", "adapter_images", "adapter_requests"])
def test_what_is_registered_stays(store: Store, tmp_path: Path, table: str) -> None:
    store.adapters.add(made_record("one", tmp_path), image_ids=["a"])
    store.adapters.request("one", requested_by="test", now=START)
    with pytest.raises(sqlite3.IntegrityError, match="append only"):
        store.connection.rows(f"DELETE FROM {table}")


@pytest.fixture
def playing(random_pocket_folder: Path) -> TransformersVLM:
    return TransformersVLM.load(random_pocket_folder, name="random")


def follower_of(
    table: Table, model: TransformersVLM | None, heard: list[str | None]
) -> AdapterFollower:
    return AdapterFollower(
        model, db_path=table.db_path, data_dir=table.data_dir, clock=table.clock,
        on_switch=heard.append, on_problem=heard.append,
    )  # fmt: skip


def wish_for_day(table: Table, day: Path) -> None:
    """The adapter registered and asked for, as by the studio's page."""
    with table.store() as store:
        store.adapters.add(made_record("day", day), image_ids=[])
        request_adapter(store, "day", data_dir=table.data_dir, requested_by="test")


def test_the_game_changes_to_an_adapter_and_back(
    table: Table, playing: TransformersVLM, day: Path
) -> None:
    heard: list[str | None] = []
    follower = follower_of(table, playing, heard)
    assert not follower.follow()
    wish_for_day(table, day)
    assert follower.follow() and not follower.follow()
    assert [reply.adapter for reply in playing.answer(make_asks()[:2])] == ["day", "day"]
    with table.store() as store:
        request_adapter(store, None, data_dir=table.data_dir, requested_by="test")
        assert follower.follow()
        last = store.adapters.last_request()
    assert last is not None and last.problem is None and last.switched_utc is not None
    assert playing.answer(make_asks()[:1])[0].adapter is None
    assert heard == ["day", None]


def test_restarted_model_gets_its_adapter_back_though_somebody_plays(
    table: Table, playing: TransformersVLM, random_pocket_folder: Path, day: Path
) -> None:
    follower = follower_of(table, playing, [])
    wish_for_day(table, day)
    follower.follow()
    table.started()
    anew = TransformersVLM.load(random_pocket_folder, name="random")
    follower.use(anew)

    assert follower.follow() and anew.adapter == "day"


def test_wish_waits_for_a_model_that_is_not_loaded_yet(
    table: Table, playing: TransformersVLM, day: Path
) -> None:
    follower = follower_of(table, None, [])
    wish_for_day(table, day)
    assert not follower.follow()
    follower.use(playing)

    assert follower.follow() and playing.adapter == "day"


def test_new_model_is_told_while_a_look_hangs(
    table: Table, playing: TransformersVLM, day: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    follower = follower_of(table, playing, [])
    wish_for_day(table, day)
    looking, released = threading.Event(), threading.Event()

    def hang(*_given: object) -> None:
        looking.set()
        released.wait(timeout=60)

    monkeypatch.setattr(playing.adapters, "load", hang)
    look = threading.Thread(target=follower.follow)
    look.start()
    assert looking.wait(timeout=60)
    follower.use(playing)  # and comes back
    assert look.is_alive() and not released.is_set()
    released.set()
    look.join(timeout=60)
    assert not look.is_alive()


def test_whoever_is_in_a_session_ends_it_with_the_model_that_it_began_with(
    table: Table, playing: TransformersVLM, day: Path
) -> None:
    follower = follower_of(table, playing, [])
    player = table.started()
    with table.store() as store:
        store.adapters.add(made_record("day", day), image_ids=[])
        store.adapters.request("day", requested_by="test", now=table.clock())
    assert not follower.follow()
    table.clock.advance(100)
    table.ask(player)
    table.clock.advance(QUIET_AFTER.total_seconds() - 1)
    assert not follower.follow()  # asked less than four minutes ago
    table.clock.advance(2)
    assert follower.follow()  # left without ending


def test_where_somebody_always_plays_the_wait_has_an_end(
    table: Table, playing: TransformersVLM, day: Path
) -> None:
    follower = follower_of(table, playing, [])
    with table.store() as store:
        store.adapters.add(made_record("day", day), image_ids=[])
        store.adapters.request("day", requested_by="test", now=table.clock())
    table.clock.advance(WAIT_AT_MOST.total_seconds() - 1)
    table.started()
    assert not follower.follow()
    table.clock.advance(1)
    assert follower.follow()


def test_an_adapter_of_another_model_is_refused_with_the_reason(
    table: Table, playing: TransformersVLM, day: Path
) -> None:
    heard: list[str | None] = []
    follower = follower_of(table, playing, heard)
    with table.store() as store:
        store.adapters.add(made_record("other", day, model="pocket"), image_ids=[])
        store.adapters.request("other", requested_by="test", now=table.clock())
        assert not follower.follow()
        last = store.adapters.last_request()
    assert last is not None and "trained on 'pocket'" in str(last.problem)
    assert heard == [last.problem]
    assert playing.adapter is None


def test_a_game_that_starts_again_serves_what_was_asked_for(
    table: Table, random_pocket_folder: Path, day: Path
) -> None:
    with table.store() as store:
        store.adapters.add(made_record("day", day), image_ids=[])
        request = store.adapters.request("day", requested_by="test", now=table.clock())
        store.adapters.answer_request(request, problem=None, now=table.clock())
    table.started()  # a session that a killed game left open does not keep it waiting
    again = TransformersVLM.load(random_pocket_folder, name="random")
    assert follower_of(table, again, []).follow()
    assert again.adapter == "day"


def test_scripts_ask_for_an_adapter_and_list_it(tmp_path: Path, day: Path) -> None:
    at = ["--data-dir", str(tmp_path)]
    refused = CliRunner().invoke(serve_adapter, ["day", *at])
    assert refused.exit_code == 1 and "No adapter 'day' is registered" in refused.output
    with Store.open(tmp_path / "gap.db") as store:
        store.adapters.add(made_record("day", day), image_ids=[])
    assert CliRunner().invoke(serve_adapter, ["day", *at]).exit_code == 0
    assert "or --none" in CliRunner().invoke(serve_adapter, at).output
    listed = CliRunner().invoke(list_adapters, at).output
    assert "day: random, dataset first, 9 samples, held-back loss 0.5000" in listed
    assert json.loads(listed.splitlines()[-1]) == {"adapters": ["day"], "asked_for": "day"}


def test_a_merged_model_answers_as_the_adapter_does(
    store: Store, random_pocket_folder: Path, day: Path, tmp_path: Path
) -> None:
    store.adapters.add(made_record("day", day, model=str(random_pocket_folder)), image_ids=[])
    taught = load_taught_model(store, "day", data_dir=tmp_path)
    merge_adapter(day, tmp_path / "merged", model=str(random_pocket_folder))
    merged = TransformersVLM.load(tmp_path / "merged", name="merged")
    asks: list[Ask] = make_asks()[:4]
    said = [reply.text for reply in merged.answer(asks)]
    assert said == [reply.text for reply in taught.answer(asks)]
    assert taught.adapter == "day" and len(set(said)) > 1


def test_vllm_gets_layer_names_and_the_rank_it_needs(day: Path, tmp_path: Path) -> None:
    usage = export_adapter(day, tmp_path / "out", form="vllm", model="Qwen/Qwen2-VL-2B-Instruct")
    assert "--enable-lora --max-lora-rank 8 --lora-modules out=" in usage  # rank 4
    config = json.loads((tmp_path / "out" / CONFIG_FILE).read_text())
    assert config["target_modules"] == ["k_proj", "o_proj", "q_proj", "v_proj"]


def test_gguf_wants_llama_cpp_and_passes_its_refusal_on(day: Path, tmp_path: Path) -> None:
    with pytest.raises(GapError, match=r"convert_lora_to_gguf\.py, and it is not at"):
        export_adapter(day, tmp_path / "a.gguf", form="gguf", model="pocket")
    # As llama.cpp's own converter ends for an architecture that it doesn't know.
    (tmp_path / "convert_lora_to_gguf.py").write_text("raise SystemExit('Model is not supported')")
    with pytest.raises(GapError, match="Model is not supported"):
        export_adapter(
            day, tmp_path / "a.gguf", form="gguf", model="pocket", llama_cpp=tmp_path
        )  # fmt: skip
    assert not (tmp_path / "a.gguf").exists()


def test_gguf_that_was_made_before_stays_unless_it_is_replaced(day: Path, tmp_path: Path) -> None:
    out, converter = tmp_path / "a.gguf", tmp_path / "convert_lora_to_gguf.py"
    out.write_bytes(b"old")

    def make(replace: bool) -> str:
        return export_adapter(
            day, out, form="gguf", model="pocket", llama_cpp=tmp_path, replace=replace
        )

    converter.write_text("import sys; open(sys.argv[3], 'w').write('new')")
    with pytest.raises(GapError, match="is there already"):
        make(False)
    converter.write_text("raise SystemExit('no')")
    with pytest.raises(GapError, match="can't convert"):
        make(True)
    assert out.read_bytes() == b"old"
    converter.write_text("import sys; open(sys.argv[3], 'w').write('new')")
    assert str(out) in make(True) and out.read_bytes() == b"new"


def test_a_running_game_notices_the_wish(
    table: Table, playing: TransformersVLM, day: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.game.app.FOLLOW_EVERY_S", 0.01)
    game = table.game
    follower = AdapterFollower(
        playing, db_path=table.db_path, data_dir=table.data_dir, clock=table.clock,
        on_switch=game.note_adapter,
    )  # fmt: skip
    follow, tries = follower.follow, iter([True])

    def locked_at_first() -> bool:
        if next(tries, False):
            raise StoreError("locked")
        return follow()

    monkeypatch.setattr(follower, "follow", locked_at_first)

    async def follow_until_it_answers() -> None:
        with anyio.fail_after(60):
            async with anyio.create_task_group() as background:
                background.start_soon(_keep_following, follower)
                with table.store() as store:
                    store.adapters.add(made_record("day", day), image_ids=[])
                    store.adapters.request("day", requested_by="test", now=table.clock())
                while game.model.adapter != "day":
                    await anyio.sleep(0.01)
                background.cancel_scope.cancel()

    anyio.run(follow_until_it_answers)
    assert playing.adapter == "day"
