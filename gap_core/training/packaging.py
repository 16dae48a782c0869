"""Adapters for other programs: merged into a whole model, for vLLM, as GGUF for llama.cpp.

Called by merge_adapter and export_adapter.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Literal

from gap_core.dataset.folders import new_folder
from gap_core.errors import GapError
from gap_core.whole_files import whole_file
from models.adapters import CONFIG_FILE, check_trained_on
from models.registry import MERGED_FILE, find_folder

WEIGHTS_FILE = "adapter_model.safetensors"
CONVERTER = "convert_lora_to_gguf.py"
VLLM_RANKS = (8, 16, 32, 64, 128, 256, 320, 512)
PackageFormat = Literal["peft", "vllm", "gguf"]


def merge_adapter(adapter: Path, out: Path, *, model: str, replace: bool = False) -> Path:
    """Write a whole checkpoint that answers as the model does with the adapter.

    Args:
        adapter: its folder, in PEFT's format.
        out: a folder to make.
        model: that it belongs to.
        replace: put it in the place of one that was made before.

    Raises:
        GapError: the folder is taken, or the adapter doesn't fit.
        ModelError: there is no such adapter or model.
    """
    from peft import PeftModel
    from transformers import AutoModelForImageTextToText

    from models.checkpoints import telling_load_failures

    check_trained_on(adapter, model)
    folder = find_folder(model)
    with telling_load_failures(folder):
        # In the precision of the checkpoint's own files, so that it stays as large as it was.
        base = AutoModelForImageTextToText.from_pretrained(folder, local_files_only=True)
    try:
        merged = PeftModel.from_pretrained(base, str(adapter)).merge_and_unload()
    except (OSError, ValueError, RuntimeError, KeyError) as err:
        raise GapError(
            f"The adapter at '{adapter}' doesn't fit '{model}': {err}. "
            "Choose the model that it was trained on."
        ) from err
    with new_folder(out, replace=replace) as part:
        for file in folder.iterdir():
            is_weights = file.suffix in (".safetensors", ".bin") or file.name.endswith(
                ".index.json"
            )
            if file.is_file() and not is_weights:
                shutil.copyfile(file, part / file.name)
        merged.save_pretrained(part)
        (part / MERGED_FILE).write_text(
            json.dumps({"model": model, "adapter": adapter.parent.name}) + "\n", encoding="utf-8"
        )
    return out


def export_adapter(
    adapter: Path,
    out: Path,
    *,
    form: PackageFormat,
    model: str,
    llama_cpp: Path | None = None,
    replace: bool = False,
) -> str:
    """Write the adapter for another program; how to use it there.

    Args:
        adapter: its folder, in PEFT's format.
        out: a folder to make; with GGUF a file.
        form: whose format.
        model: that it belongs to.
        llama_cpp: a checkout of llama.cpp, whose converter makes GGUF.
        replace: put it in the place of one that was made before.

    Raises:
        GapError: the place is taken, or the converter is missing or fails.
        ModelError: there is no such adapter.
    """
    check_trained_on(adapter, model)
    if form == "gguf":
        return _write_gguf(adapter, out, model=model, llama_cpp=llama_cpp, replace=replace)
    config = json.loads((adapter / CONFIG_FILE).read_text(encoding="utf-8"))
    with new_folder(out, replace=replace) as part:
        if form == "vllm":
            config["target_modules"] = _layer_names(adapter / WEIGHTS_FILE)
        (part / CONFIG_FILE).write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")
        shutil.copyfile(adapter / WEIGHTS_FILE, part / WEIGHTS_FILE)
    if form == "peft":
        return f"PeftModel.from_pretrained(model, '{out}')"
    return _vllm_command(config, out, model=model)


def _layer_names(weights: Path) -> list[str]:
    """Last names of the layers that have an adapter: vLLM wants a list, not an expression."""
    from safetensors import safe_open

    with safe_open(weights, framework="numpy") as opened:
        return sorted({name.split(".lora_")[0].rsplit(".", 1)[-1] for name in opened.keys()})  # noqa: SIM118 (no dict)


def _vllm_command(config: dict[str, Any], out: Path, *, model: str) -> str:
    fitting = [rank for rank in VLLM_RANKS if rank >= config["r"]]
    if not fitting:
        raise GapError(f"vLLM serves ranks up to {VLLM_RANKS[-1]}; this adapter has {config['r']}.")
    return (
        f"vllm serve {model} --enable-lora --max-lora-rank {fitting[0]} "
        f"--lora-modules {out.name}={out}"
    )


def _write_gguf(
    adapter: Path, out: Path, *, model: str, llama_cpp: Path | None, replace: bool
) -> str:
    converter = None if llama_cpp is None else llama_cpp / CONVERTER
    if converter is None or not converter.is_file():
        raise GapError(
            f"GGUF is made by llama.cpp's {CONVERTER}, and it is not at '{llama_cpp}'. Give a "
            "checkout of llama.cpp with --llama-cpp, or take --format peft."
        )
    if out.is_dir() or (out.exists() and not replace):
        raise GapError(f"'{out}' is there already. Choose another name.")
    with whole_file(out) as part:
        _convert(converter, adapter, part, model=model)
    return f"llama-server -m MODEL.gguf --lora {out}"


def _convert(converter: Path, adapter: Path, part: Path, *, model: str) -> None:
    command = [sys.executable, str(converter), str(adapter), "--outfile", str(part)]
    done = subprocess.run(
        [*command, "--base", str(find_folder(model))], capture_output=True, text=True, check=False
    )
    if done.returncode or not part.is_file() or not part.stat().st_size:
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise GapError(
            f"llama.cpp's converter can't convert this adapter: {last[:300]} Not every "
            "architecture is known to it; take --format peft."
        )
