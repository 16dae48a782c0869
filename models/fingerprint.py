"""Which weights answer: a fingerprint of a checkpoint's or an adapter's files.

Called by evaluation, so that an answer is never taken for that of other weights of the same name.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from models.adapters import CONFIG_FILE
from models.registry import SERVER_PREFIX, adapter_label, find_folder, find_language_folder

_WEIGHTS = ("*.safetensors", "*.bin")
_CHARS = 12


def weights_fingerprint(name: str) -> str:
    """Of the weights of a vision model, as `load_model` takes its name; "" behind a server.

    Raises:
        ModelError: no such model.
    """
    return "" if name.startswith(SERVER_PREFIX) else folder_fingerprint(find_folder(name))


def writer_fingerprint(name: str) -> str:
    """The same of a language model, as `load_language_model` takes its name."""
    return "" if name.startswith(SERVER_PREFIX) else folder_fingerprint(find_language_folder(name))


def adapter_fingerprint(folder: Path | None) -> str:
    """What answers of an adapter are recorded under: its label and its weights; "" for none."""
    if folder is None:
        return ""
    return f"{adapter_label(folder)} {folder_fingerprint(folder, config=CONFIG_FILE)}"


def folder_fingerprint(folder: Path, *, config: str = "config.json") -> str:
    """Of the weights and the configuration in a folder."""
    digest = hashlib.sha256()
    files = {path for pattern in (*_WEIGHTS, config) for path in folder.glob(pattern)}
    for path in sorted(files):
        with path.open("rb") as file:
            digest.update(f"{path.name}\n".encode())
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:_CHARS]
