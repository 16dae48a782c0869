"""LoRA adapters of a loaded model: loaded, chosen and unloaded while it serves.

Called by whoever puts a better model into the game. Answers in the making end with the adapter
they began with; new questions wait those few seconds and then go to the chosen one.
"""

from __future__ import annotations

import itertools
import json
import re
import threading
from pathlib import Path
from typing import Any

from models.errors import ModelError
from models.registry import NAMES, known_name
from models.weight_lock import WeightLock

CONFIG_FILE = "adapter_config.json"
SWITCH_LIMIT_S = 90.0


class Adapters:
    """The adapters of one model of transformers.

    Args:
        model: takes them into its layers by peft.
        lock: held while layers change.
    """

    def __init__(self, model: Any, *, lock: WeightLock) -> None:
        self._model = model
        self._lock = lock
        self._changed = threading.Condition()
        self._loaded: dict[str, int] = {}
        self._loads = itertools.count(1)
        self.chosen: str | None = None
        self.active: str | None = None
        self._is_answering = False

    @property
    def active_load(self) -> int | None:
        """The number of the load that brought the active adapter; no other adapter gets it."""
        return None if self.active is None else self._loaded[self.active]

    @property
    def is_switch_due(self) -> bool:
        """Whether another adapter was chosen than the one that answers."""
        return self.chosen != self.active

    def load(self, name: str, folder: Path) -> None:
        """Adds an adapter to the layers; nothing is answered by it before it is chosen.

        Raises:
            ModelError: the name is taken, or there is no adapter that fits.
        """
        with self._changed:
            if name in self._loaded or re.fullmatch(r"\w+", name) is None:
                raise ModelError(
                    f"'{name}' can't be an adapter's name here: it is taken, or holds more than "
                    "letters, digits and '_'. Choose another."
                )
            check_adapter(folder)
            with self._lock.changing():
                self._add(name, folder)
            self._loaded[name] = next(self._loads)

    def _add(self, name: str, folder: Path) -> None:
        try:
            found = self._model.load_adapter(str(folder), adapter_name=name)
            # Other adapters' weights are told as missing too.
            missing = {key for key in found.missing_keys if name in key.split(".")}
            strange = {*missing, *found.unexpected_keys, *found.mismatched_keys}
        except (OSError, ValueError, RuntimeError, KeyError) as err:
            self._forget(name)
            raise ModelError(f"The adapter at '{folder}' can't be loaded: {err}.") from err
        if strange:
            self._forget(name)
            raise ModelError(
                f"The adapter at '{folder}' doesn't fit this model ({len(strange)} of its weights "
                "have no place). Choose one that was trained on this model."
            )
        self._activate()

    def _forget(self, name: str) -> None:
        if name in getattr(self._model, "peft_config", {}):
            self._model.delete_adapter(name)
            self._activate()

    def _activate(self) -> None:
        """Puts the layers to the active adapter; loading and deleting leave them at another."""
        if not getattr(self._model, "_hf_peft_config_loaded", False):
            return
        if self.active is None:
            self._model.disable_adapters()
        else:
            self._model.enable_adapters()
            self._model.set_adapter(self.active)

    def choose(self, name: str | None) -> None:
        """New questions go to this adapter; None for the model without one.

        Raises:
            ModelError: it isn't loaded.
        """
        with self._changed:
            if name is not None and name not in self._loaded:
                raise ModelError(f"No adapter '{name}' is loaded. Load it first.")
            self.chosen = name
            self._switch()

    def begin(self) -> str | None:
        """The model begins answers by the adapter that this returns; it stays until `rest`."""
        with self._changed:
            self._is_answering = True
            return self.active

    def rest(self) -> None:
        """The model has nothing in the making, so the chosen adapter becomes the active one."""
        with self._changed:
            self._is_answering = False
            self._switch()

    def _switch(self) -> None:
        if self._is_answering or not self.is_switch_due:
            return
        with self._lock.changing():
            self.active = self.chosen
            self._activate()
        self._changed.notify_all()

    def unload(self, name: str) -> None:
        """Takes an adapter out of the layers, once nothing in the making uses it.

        Raises:
            ModelError: it isn't loaded, or new questions go to it.
        """
        with self._changed:
            if name not in self._loaded:
                raise ModelError(f"No adapter '{name}' is loaded.")
            if self.chosen == name:
                raise ModelError(f"Adapter '{name}' answers new questions. Choose another first.")
            if not self._changed.wait_for(lambda: self.active != name, SWITCH_LIMIT_S):
                raise ModelError(f"Adapter '{name}' is still answering. Try again in a minute.")
            with self._lock.changing():
                self._model.delete_adapter(name)
                self._activate()
            del self._loaded[name]


def check_trained_on(folder: Path, model: str) -> None:
    """Refuses an adapter of another model that has a name: its layers may fit all the same."""
    made_for = other_model(folder, model)
    if made_for is not None:
        raise ModelError(
            f"The adapter at '{folder}' was trained on '{made_for}', not on '{known_name(model)}'. "
            f"Choose the model '{made_for}', or another adapter."
        )


def other_model(folder: Path, model: str) -> str | None:
    """The model that an adapter was trained on, where both have names and it is another one."""
    made_for, name = check_adapter(folder).get("base_model_name_or_path"), known_name(model)
    return made_for if made_for in NAMES and name in NAMES and made_for != name else None


def check_adapter(folder: Path) -> dict[str, Any]:
    """The configuration of a LoRA adapter; refuses a folder that holds none."""
    try:
        config: dict[str, Any] = json.loads((folder / CONFIG_FILE).read_text(encoding="utf-8"))
        kind = config["peft_type"]
    except (OSError, ValueError, KeyError, TypeError) as err:
        raise ModelError(
            f"No adapter at '{folder}': its {CONFIG_FILE} can't be read. Check the path."
        ) from err
    if kind != "LORA":
        raise ModelError(f"The adapter at '{folder}' is a '{kind}'; expected LORA.")
    return config
