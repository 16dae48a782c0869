"""What the pages work with. Built by the entry point, called by pages and routes.

Streamlit runs pages as scripts, which can be handed nothing: `hold` puts the studio of this
process where `running_studio` finds it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from apps.studio.jobs import Jobs
from apps.studio.model_shelf import ModelShelf
from gap_core.labeling import Workbench


@dataclass(frozen=True)
class Studio:
    """One installation's studio.

    Attributes:
        workbench: the door to labeling and accounts.
        key: what signing in asks for beside the password; empty on this machine alone.
        shelf: models, loaded when first used.
        llama_cpp: a checkout of llama.cpp, whose converter makes GGUF; None where there is none.
        job_env: of processes that pages start; None for that of this one.
    """

    workbench: Workbench
    db_path: Path
    data_dir: Path
    deck: str
    secret: bytes = field(repr=False)
    key: str = field(default="", repr=False)
    shelf: ModelShelf = field(default_factory=ModelShelf)
    llama_cpp: Path | None = None
    job_env: Mapping[str, str] | None = field(default=None, repr=False)

    @property
    def jobs(self) -> Jobs:
        """Long work that pages start."""
        return Jobs(self.data_dir, db_path=self.db_path, env=self.job_env)


_held: list[Studio] = []


def hold(studio: Studio) -> None:
    """Make this the studio of the process."""
    _held[:] = [studio]


def running_studio() -> Studio:
    """The studio of the process.

    Raises:
        ValueError: none is held; pages run under `build_app` or after `hold`.
    """
    if not _held:
        raise ValueError("No studio runs in this process; call hold(studio) first.")
    return _held[0]
