# The serving benchmark counts what it says it counts; one tiny run, one refusal.
from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from gap_core.errors import GapError
from gap_core.hardware import describe_hardware
from gap_core.simulation.model_servers import running_server, server_command
from gap_core.simulation.precision_speed import measure_models
from gap_core.simulation.serving_load import (
    LoadPlan,
    ServingFigures,
    mean_interval,
    measure_server,
    measure_ways,
    percentile,
    ratio_interval,
    run_block,
)
from models.base import Ask, Reply
from models.prompts import HONEST
from models.transformers_vlm import TransformersVLM
from scripts.bench_quantization import main as bench_quantization
from scripts.bench_serving import lengthened, main, sample_asks
from tests.fixtures_models import ScriptedModel

PLAN = LoadPlan(players=6, think_s=0.005, block_s=0.2, blocks=2, max_batch=4)


def test_both_ways_get_the_same_load_in_turns(scripted_model: ScriptedModel, ask: Ask) -> None:
    told: list[int] = []
    figures = measure_ways(scripted_model, [ask], plan=PLAN, on_block=lambda: told.append(1))

    assert [way.way for way in figures] == ["one lock", "batcher"]
    assert [len(way.rates) for way in figures] == [2, 2]
    assert len(told) == 4
    assert min(count for way in figures for count in way.answers) > 0


def test_waiting_for_the_lock_is_in_the_first_word(ask: Ask) -> None:
    model = ScriptedModel(default="word")
    model.word_s = 0.02
    figures = measure_ways(model, [ask], plan=PLAN, on_block=lambda: None)

    assert percentile(figures[0].first_word_s, 0.95) > 0.06


def test_answers_after_the_end_do_not_count(ask: Ask) -> None:
    import time

    def slow(_ask: Ask, _player_id: str) -> Reply:
        time.sleep(0.3)
        return Reply("late", 1, latency_s=0.3, first_word_s=0.3)

    figures = ServingFigures("slow", block_s=0.2)
    run_block(slow, [ask], plan=PLAN, seed=1, into=figures)

    assert figures.answers == [0]


def test_failing_model_fails_the_measurement(ask: Ask) -> None:
    def broken(_ask: Ask, _player_id: str) -> Reply:
        raise RuntimeError("no answer")

    with pytest.raises(RuntimeError, match="no answer"):
        run_block(broken, [ask], plan=PLAN, seed=1, into=ServingFigures("broken", block_s=0.2))


def test_interval_holds_its_mean() -> None:
    interval = mean_interval([4.0, 5.0, 6.0, 5.0], seed=1)

    assert interval.mean == 5.0
    assert 4.0 <= interval.low < 5.0 < interval.high <= 6.0


def test_ratio_is_of_sums() -> None:
    assert ratio_interval([6.0, 6.0], [2.0, 4.0], seed=1).mean == 2.0


def test_percentile_of_nothing_is_nan() -> None:
    assert str(percentile([], 0.5)) == "nan"
    assert percentile([3.0, 1.0, 2.0], 0.5) == 2.0


def test_hardware_line_names_the_commit() -> None:
    assert re.search(
        r"\d+ cores \(\d+ threads\).*, commit (\w{7,}\+?|unknown)$", describe_hardware()
    )


@pytest.mark.long
def test_script_prints_a_table_and_ends_with_json(random_pocket_folder: Path) -> None:
    options = ["--players", "1", "--players", "3", "--blocks", "1", "--block-s", "6"]
    options += ["--max-tokens", "2", "--input-tokens", "1"]
    result = CliRunner().invoke(main, ["--model", str(random_pocket_folder), *options])

    assert result.exit_code == 0, result.output
    first, second = json.loads(result.stdout.splitlines()[-1])["loads"]
    assert (first["players"], second["players"]) == (1, 3)
    assert len(second["times"]) == 3
    assert second["batcher"]["tokens_per_s"] > 0 and second["one_lock"]["peak_mib"] > 0
    assert 0 < second["batcher"]["cpu_ms_per_answer"] < 5_000
    assert "p99" in result.stdout and "3 players" in result.stdout


@pytest.mark.parametrize("filler", ["question", "instruction"])
def test_prompts_are_as_long_as_asked_for(random_pocket: TransformersVLM, filler: str) -> None:
    asks = [
        lengthened(ask, random_pocket, input_tokens=250, filler=filler)
        for ask in sample_asks(1, count=3)
    ]

    assert len({ask.system for ask in asks} - {HONEST}) == (filler == "instruction")
    assert {ask.image.size for ask in asks} == {(640, 428)}
    assert all(250 <= random_pocket.prompt_tokens(ask) < 290 for ask in asks)


@pytest.mark.long
def test_transformers_serve_is_started_measured_and_stopped(random_llava_folder: Path) -> None:
    plan = LoadPlan(players=2, think_s=0.05, block_s=3, blocks=1)
    with running_server("transformers serve", random_llava_folder) as server:
        figures = measure_server(
            server.model,
            sample_asks(1, count=2, max_tokens=4),
            way="transformers serve",
            plan=plan,
            on_block=lambda: None,
        )
        peak_mib = server.peak_mib()

    assert sum(figures.answers) > 0 and figures.tokens_per_s > 0
    assert figures.cpu_ms_per_answer is None  # another process answers
    assert peak_mib is not None and peak_mib > 100
    assert not Path(f"/proc/{server.pid}").exists()


@pytest.mark.long
def test_model_that_a_server_cannot_take_is_told(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")

    with (
        pytest.raises(GapError, match="transformers serve can't serve this model: "),
        running_server("transformers serve", tmp_path),
    ):
        pytest.fail("it was served")


def test_server_that_is_not_installed_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    monkeypatch.setattr("shutil.which", lambda _program: None)

    with pytest.raises(GapError, match="vllm is not installed"):
        server_command("vllm", tmp_path, port=1)


def test_script_refuses_an_unknown_model() -> None:
    result = CliRunner().invoke(main, ["--model", "gpt-9"])

    assert result.exit_code == 1
    assert "No model called 'gpt-9'" in result.output


def test_precisions_take_turns_on_the_same_batch(ask: Ask) -> None:
    models = [ScriptedModel(), ScriptedModel()]
    rates = measure_models(models, [ask, ask], rounds=3, on_round=lambda: None)

    assert [len(own) for own in rates] == [3, 3]
    assert [model.batches for model in models] == [[2] * 4] * 2  # one of them warms up


@pytest.mark.long
def test_quantization_script_ends_with_json(random_pocket_folder: Path) -> None:
    options = ["--batch", "2", "--rounds", "2"]
    result = CliRunner().invoke(
        bench_quantization, ["--model", str(random_pocket_folder), *options]
    )

    assert result.exit_code == 0, result.output
    record = json.loads(result.stdout.splitlines()[-1])
    assert record["nf4"]["weights_mib"] < record["fp32"]["weights_mib"]


def test_quantization_script_refuses_an_unknown_model() -> None:
    result = CliRunner().invoke(bench_quantization, ["--model", "gpt-9"])

    assert result.exit_code == 1
    assert "No model called 'gpt-9'" in result.output
