# The real studio in a process of its own, with cheap passwords and a scripted refiner.
# Run: python -m tests.serve_small_studio FOLDER STUDIO_KEY PORT [SHARE_OF_SECOND_LABELS]
from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import gap_core.labeling
from apps.listening import bound_socket
from gap_core.labeling import LabelRules
from gap_core.settings import Settings
from models.base import Reply, TextAsk
from scripts import serve_studio
from tests.fixtures_labeling import CHEAP
from tests.fixtures_models import ScriptedModel


class ScriptedRefiner:
    """Ends what it is given with a full stop; makes three of every "two"."""

    name = "scripted-refiner"
    quantization = "none"
    adapter: str | None = None

    def write(self, asks: Sequence[TextAsk]) -> list[Reply]:
        return [Reply(self._refined(ask.prompt), 5, 0.01, 0.01) for ask in asks]

    def _refined(self, prompt: str) -> str:
        answer = prompt.rstrip().splitlines()[-1].split(":", 1)[-1].strip().rstrip(".")
        return answer.replace("two", "three").capitalize() + "."


def main(folder: Path, key: str, port: int, **rules: float) -> None:
    from apps.studio import model_shelf

    workbench = partial(gap_core.labeling.Workbench, hasher=CHEAP)
    gap_core.labeling.Workbench = workbench  # type: ignore[misc,assignment]
    gap_core.labeling.LabelRules = partial(LabelRules, **rules)  # type: ignore[misc,assignment]
    serve_studio.open_model = lambda _settings: ScriptedModel()  # type: ignore[assignment]
    shelf = partial(model_shelf.ModelShelf, load_refiner=lambda _name: ScriptedRefiner())
    model_shelf.ModelShelf = shelf  # type: ignore[misc,assignment]
    settings = Settings(data_dir=folder, theta=0.0, deck="test", studio_key=key)
    with bound_socket(settings.host, port) as listener:
        serve_studio.start(settings, listener)


if __name__ == "__main__":
    folder, key, port, *shares = sys.argv[1:]
    if shares:
        main(Path(folder), key, int(port), second_share=float(shares[0]))
    else:
        main(Path(folder), key, int(port))
