"""What a small model was made from, and what it took. Called by the builds of all of them."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

MANIFEST_FILE = "manifest.json"


@dataclass
class Manifest:
    """Written beside a model: config with its seed, a hash of the data, steps, time, figures."""

    config: dict[str, object]
    data_sha256: str
    steps: int
    right: float
    seconds: dict[str, float]
    hardware: str
    figures: dict[str, object] = field(default_factory=dict)

    def write(self, folder: Path) -> None:
        """Put it beside the model."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / MANIFEST_FILE).write_text(json.dumps(asdict(self), indent=1) + "\n")
