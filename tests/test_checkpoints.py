# What is found out before weights are loaded: precision, device, memory; and what the hub says.
from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from models.checkpoints import choose_device, plan_loading, telling_load_failures, weight_options
from models.errors import ModelError
from models.memory_check import GIB, NF4_BYTES, check_memory, odd_layers, weight_bytes
from models.registry import find_folder, load_model, usual_precision


def test_gpu_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)

    assert choose_device("auto") == choose_device("cpu") == "cpu"
    with pytest.raises(ModelError, match="No CUDA GPU is usable"):
        choose_device("cuda")


def test_named_model_without_a_gpu_is_told_before_it_is_fetched(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)

    with pytest.raises(ModelError, match="No CUDA GPU is usable.*choose --device cpu"):
        load_model("minicpm-v")


def test_hub_models_are_loaded_in_4_bit_where_they_meet_a_gpu(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The studio reads the figures of that precision, without loading the model.
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)

    assert usual_precision("minicpm-v", quantize=None, device="auto") == "nf4"
    assert usual_precision("minicpm-v", quantize="full", device="auto") == "full"
    assert usual_precision("minicpm-v", quantize=None, device="cpu") is None
    assert usual_precision("pocket", quantize=None, device="auto") is None


def test_server_takes_no_precision() -> None:
    with pytest.raises(ModelError, match="A server decides precision"):
        load_model("server:http://127.0.0.1:9/v1#x", quantize="nf4")


def test_named_models_are_fetched_by_their_ids(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr("models.hub.fetch_checkpoint", lambda hub_id: asked.append(hub_id))
    for name in ("minicpm-v", "qwen2.5-vl-7b", "lab/model"):
        find_folder(name)

    assert asked == ["openbmb/MiniCPM-V-4.6", "Qwen/Qwen2.5-VL-7B-Instruct", "lab/model"]


def test_unknown_device_is_refused() -> None:
    with pytest.raises(ModelError, match="No device 'tpu'. Choose auto, cpu, cuda"):
        choose_device("tpu")


def test_gpu_loads_bf16_and_cpu_fp32() -> None:
    assert weight_options(None, device="cuda").label == "bf16"
    assert weight_options("full", device="cpu").label == "fp32"


def test_nf4_is_quantized_twice_and_computes_in_bf16_on_a_gpu() -> None:
    settings = weight_options("nf4", device="cuda").options["quantization_config"]

    assert settings.bnb_4bit_quant_type == "nf4" and settings.bnb_4bit_use_double_quant
    assert settings.bnb_4bit_compute_dtype == torch.bfloat16


def test_weights_are_counted_before_loading(random_llama_folder: Path) -> None:
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(random_llama_folder)
    expected = sum(weight.numel() for weight in model.parameters()) * 4

    assert weight_bytes(random_llama_folder, dtype=torch.float32, in_4_bit=False) == expected


def test_nf4_weights_are_counted_as_loaded(random_llama_folder: Path) -> None:
    layers = 2 * (2 * 64 * 64 + 2 * 64 * 32 + 3 * 64 * 128)
    full = weight_bytes(random_llama_folder, dtype=torch.bfloat16, in_4_bit=False)
    small = weight_bytes(random_llama_folder, dtype=torch.bfloat16, in_4_bit=True)

    assert full - small == pytest.approx(layers * (2 - NF4_BYTES))


def test_layers_that_cpus_cannot_compute_in_4_bit_are_found(tmp_path: Path) -> None:
    from safetensors.torch import save_file

    shapes = {"a.mlp.up": (64, 64), "a.mlp.down": (64, 96), "a.attn.gate": (16, 64)}
    weights = {f"{name}.weight": torch.zeros(shape) for name, shape in shapes.items()}
    save_file({**weights, "a.norm.weight": torch.zeros(5)}, tmp_path / "model.safetensors")

    assert odd_layers(tmp_path, device="cpu") == ["attn.gate", "mlp.down"]
    assert odd_layers(tmp_path, device="cuda") == []


def test_too_little_memory_tells_both_figures(
    random_llama_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.memory_check.weight_bytes", lambda *_a, **_k: 10 * GIB)
    monkeypatch.setattr("models.memory_check.free_bytes", lambda _device: int(7.5 * GIB))

    with pytest.raises(ModelError, match=r"needs about 12.0 GiB in memory, and 7.5 GiB are free"):
        plan_loading(random_llama_folder, model_types=("llama",), device="cpu")
    with pytest.raises(ModelError, match="on the GPU.*or choose a smaller model"):
        check_memory(random_llama_folder, dtype=torch.bfloat16, in_4_bit=True, device="cuda")


def test_memory_that_runs_out_while_loading_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="choose --quantize nf4"), telling_load_failures(tmp_path):
        raise torch.cuda.OutOfMemoryError("tried to allocate")


class FakeHub(http.server.BaseHTTPRequestHandler):
    """Says what the hub says of models that may not be had; headers as the real one sends them."""

    def do_GET(self) -> None:
        status, code = (403, "GatedRepo") if "gated" in self.path else (404, "RepoNotFound")
        self.send_response(status)
        self.send_header("X-Error-Code", code)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_HEAD = do_GET

    def log_message(self, *_words: object) -> None:
        """Tests print nothing."""


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), FakeHub)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_gated_model_says_where_to_accept(hub: str) -> None:
    from models.hub import fetch_checkpoint

    with pytest.raises(ModelError, match="Accept it at .*/lab/gated, then run: hf auth login"):
        fetch_checkpoint("lab/gated", endpoint=hub)


def test_model_that_is_not_on_the_hub_is_told(hub: str) -> None:
    from models.hub import fetch_checkpoint

    with pytest.raises(ModelError, match="No model 'lab/nothing' on the hub"):
        fetch_checkpoint("lab/nothing", endpoint=hub)


def test_hub_that_does_not_answer_is_told(hub: str) -> None:
    from models.hub import fetch_checkpoint

    with pytest.raises(ModelError, match="can't be reached. Check the network"):
        fetch_checkpoint("lab/name", endpoint="http://127.0.0.1:9")


def test_offline_machine_says_what_forbids_fetching(monkeypatch: pytest.MonkeyPatch) -> None:
    from huggingface_hub import constants

    from models.hub import fetch_checkpoint

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(ModelError, match="Unset HF_HUB_OFFLINE once"):
        fetch_checkpoint("nobody-here/nothing-there")
