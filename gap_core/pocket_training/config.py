"""What a training run of the pocket depends on. Called by train.py and batches.py."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from gap_core.errors import GapError
from gap_core.pocket_training.scene_cache import SHARD_SCENES
from gap_core.pocket_world import EDITIONS
from models.looks import Look
from models.pocket_architecture import SHAPES, VOCABULARY_TOKENS

ARCHITECTURES = ("minicpm", "qwen")
_FILE = "config.json"


@dataclass(frozen=True)
class PocketConfig:
    """Everything a training run depends on; written beside its output.

    Pacing: the run moves from level to level when the moving share of fully right answers passes
    `competence`; each stage mixes the levels by its weights (one thing, two things, crowds, and in
    the full world pictures full of things; it leaves out what it does not name) and has its share
    of rows that are told to be wrong: seeing comes first. A run that starts from finished weights
    (`start`) asks as in the last stage from the beginning and keeps the words of those weights, as
    they are while only the tower learns; if it is to have the words of another edition, it goes
    through all stages. The heads of its dense lessons are new: they are thrown away when a run
    ends. Batches that other processes make ahead are of the stage that the run was in when they
    were ordered.
    """

    edition: str = "basic"
    architecture: str = "minicpm"
    shape: str = "small"
    vocabulary_tokens: int = VOCABULARY_TOKENS
    seed: int = 1
    dense_steps: int = 700
    steps: int = 4_000
    pictures: int = 32
    questions: int = 6
    matrix_rate: float = 5e-3  # of the layers' matrices
    learning_rate: float = 2e-3  # of all else
    tower_share: float = 0.67  # of the learning rate, once the dense steps are over
    dense_weight: float = 0.6
    avoid_weight: float = 0.5  # of the truth's own token where an answer is to be wrong
    start: str | None = None
    has_new_words: bool = False  # the edition's vocabulary in place of the start's
    start_share: float = 0.0  # of the start's weights in the finished model
    warmup_steps: int = 100
    decay_share: float = 0.3
    competence: float = 0.9
    wrong_shares: tuple[float, float, float] = (0.1, 0.25, 0.5)
    checkpoint_steps: int = 100
    stages: tuple[tuple[float, ...], ...] = ((1, 0, 0), (0.3, 0.7, 0), (0.25, 0.5, 0.25))
    shard_scenes: int = SHARD_SCENES
    is_cache_drawn: bool = False  # all scenes are drawn before the first step
    is_moving: bool = False  # pictures are moved and mirrored each time they come
    looks_px: tuple[Look, ...] = ()  # how the finished model moves a picture that it looks at

    def __post_init__(self) -> None:
        """Refuse settings that contradict each other."""
        if self.edition not in EDITIONS:
            raise GapError(f"No edition '{self.edition}'. Choose one of: {', '.join(EDITIONS)}.")
        if self.architecture not in ARCHITECTURES:
            raise GapError(
                f"No architecture '{self.architecture}'. Choose one of: {', '.join(ARCHITECTURES)}."
            )
        if self.shape not in SHAPES:
            raise GapError(f"No shape '{self.shape}'. Choose one of: {', '.join(SHAPES)}.")
        if self.dense_steps < 0 or self.steps < 1 or not 0 < self.decay_share < 1:
            raise GapError("Steps must be positive and decay_share between 0 and 1.")
        if not 0 <= self.start_share < 1 or (self.start_share and not self.words_from):
            raise GapError(
                "A share of the start's weights lies from 0 to below 1, and wants a start whose "
                "words are kept."
            )
        if self.looks_px and self.architecture != "minicpm":
            raise GapError("Only a MiniCPM can look at a picture several times.")

    @property
    def words_from(self) -> str | None:
        """The folder of the finished weights whose words the run keeps, if it keeps any."""
        return None if self.has_new_words else self.start

    @property
    def total_steps(self) -> int:
        """Steps of both phases."""
        return self.dense_steps + self.steps


def write_config(config: PocketConfig, folder: Path) -> None:
    """Keep the settings beside the run's checkpoint."""
    (folder / _FILE).write_text(json.dumps(asdict(config), indent=1))


def read_config(folder: Path) -> PocketConfig:
    """The settings of the run in a folder.

    Raises:
        GapError: there is no run, or one of another version.
    """
    try:
        settings = json.loads((folder / _FILE).read_text())
        settings["stages"] = tuple(map(tuple, settings["stages"]))
        settings["wrong_shares"] = tuple(settings["wrong_shares"])
        settings["looks_px"] = tuple(map(tuple, settings["looks_px"]))
        return PocketConfig(**settings)
    except (OSError, ValueError, TypeError, KeyError) as err:
        raise GapError(f"No training run of this version in '{folder}'.") from err
