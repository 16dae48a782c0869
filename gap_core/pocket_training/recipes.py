"""The settings with which each model is made. Called by scripts/build_pocket.py."""

from dataclasses import replace

from gap_core.pocket_training.config import PocketConfig
from models.looks import FOUR_LOOKS

# Six hours on two cores. The full world has three times the forms of question. Its tower has
# the most to learn, for which patch lessons alone take less than half the time; few pictures of
# the questions are crowded, which is learnt in passing.
_FULL = PocketConfig(
    edition="full",
    vocabulary_tokens=2_048,
    dense_steps=6_200,
    steps=19_200,
    decay_share=0.5,
    competence=0.85,
    wrong_shares=(0.1, 0.25, 0.25),
    stages=((0.8, 0, 0, 0.2), (0.25, 0.55, 0, 0.2), (0.25, 0.48, 0.07, 0.2)),
    is_moving=True,
    looks_px=FOUR_LOOKS,
)
RECIPES: dict[str, PocketConfig] = {
    "pocket": PocketConfig(),
    "pocket-full": _FULL,
    "pocket-qwen": PocketConfig(architecture="qwen", seed=2),
    "pocket-qwen-full": replace(_FULL, architecture="qwen", seed=2, looks_px=()),
}
