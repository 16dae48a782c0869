"""The adapters that an installation knows, and the wish to have one in the game.

Called by the scripts, the studio and the game's follower.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from db import Store
from db.adapter_store import AdapterRecord
from gap_core.errors import GapError
from gap_core.training.run_folder import read_run
from models.adapters import check_adapter
from models.base import VisionModel
from models.errors import ModelError
from models.registry import load_model


def register_run(store: Store, run_folder: Path, *, data_dir: Path) -> AdapterRecord:
    """Register the adapter of a finished run; one that is registered already is returned.

    Raises:
        GapError: the run isn't over, or its parent isn't registered.
        StoreError: another run's adapter has the name.
    """
    run = read_run(run_folder)
    if run.result is None or run.result.adapter is None:
        raise GapError(f"The run at '{run_folder}' is not over. Let it end first: train_lora.")
    config = run.config["config"]
    config_json = json.dumps(run.config)
    known = store.adapters.get(config["name"])
    if known is not None and known.config_json == config_json:
        return known
    if config["parent"] is not None:
        registered_adapter(store, config["parent"])
    record = AdapterRecord(
        name=config["name"],
        model=config["model"],
        folder=_stored_place(run.result.adapter, data_dir),
        dataset=run.config.get("dataset"),
        dataset_sha256=run.config.get("dataset_sha256"),
        config_json=config_json,
        parent=config["parent"],
        learnt=run.result.learnt,
        held_back_loss=run.result.held_back_loss,
        created_utc=datetime.now(UTC),
    )
    images, counts = run.result.trained_images, run.result.trained_samples
    store.adapters.add(
        record,
        image_ids=images,
        samples=dict(zip(images, counts, strict=True)) if counts else None,
    )
    return record


def registered_adapter(store: Store, name: str) -> AdapterRecord:
    """The adapter of this name.

    Raises:
        GapError: there is none.
    """
    found = store.adapters.get(name)
    if found is None:
        names = ", ".join(one.name for one in store.adapters.all()) or "none yet"
        raise GapError(
            f"No adapter '{name}' is registered (there are: {names}). "
            "Train one: python -m scripts.train_lora gap_core/training/configs/pocket.yaml"
        )
    return found


def adapter_place(store: Store, name: str, *, data_dir: Path) -> Path:
    """The folder of a registered adapter.

    Raises:
        GapError: it isn't registered, or its folder is gone.
    """
    folder = data_dir / registered_adapter(store, name).folder
    try:
        check_adapter(folder)
    except ModelError as err:
        raise GapError(f"Adapter '{name}' is registered, but: {err}") from err
    return folder


def load_taught_model(
    store: Store,
    name: str,
    *,
    data_dir: Path,
) -> VisionModel:
    """The model that a registered adapter belongs to, answering with it under its own name.

    Raises:
        GapError: it isn't registered, its folder is gone, or the model takes no adapters.
        ModelError: one of the two can't be loaded.
    """
    folder = adapter_place(store, name, data_dir=data_dir)
    model = load_model(registered_adapter(store, name).model)
    adapters: Any = getattr(model, "adapters", None)
    if adapters is None:
        raise GapError(f"'{model.name}' takes no adapters. Choose one that was trained here.")
    adapters.load(name, folder)
    adapters.choose(name)
    return model


def request_adapter(store: Store, name: str | None, *, data_dir: Path, requested_by: str) -> int:
    """Ask the running game to serve this adapter between sessions, or none; the request's number.

    Raises:
        GapError: it isn't registered, or its folder is gone.
    """
    if name is not None:
        adapter_place(store, name, data_dir=data_dir)
    return store.adapters.request(name, requested_by=requested_by, now=datetime.now(UTC))


def _stored_place(folder: Path, data_dir: Path) -> str:
    whole, data = folder.resolve(), data_dir.resolve()
    return (whole.relative_to(data) if whole.is_relative_to(data) else whole).as_posix()


def images_learnt_by(store: Store, folder: Path | None, *, data_dir: Path) -> frozenset[str]:
    """Pictures that the adapter in this folder learnt, as far as it is registered."""
    if folder is None:
        return frozenset()
    for adapter in store.adapters.all():
        if (data_dir / adapter.folder).resolve() == folder.resolve():
            return store.adapters.learnt_images(adapter.name)
    return frozenset()
