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
)
_ONE_OR_TWO = (0.3, 0.6, 0, 0.1)
# What pocket-full knows, read from several looks at a picture; a step takes six seconds of a core.
_FULL_LOOKS = replace(
    _FULL,
    start="data/pocket_build/pocket-full/model",
    looks_px=FOUR_LOOKS,
    dense_steps=0,
    dense_weight=0.0,
    steps=600,
    matrix_rate=1.6e-3,
    learning_rate=6e-4,
    warmup_steps=40,
    decay_share=0.8,
    wrong_shares=(0.1, 0.15, 0.12),
    stages=(_ONE_OR_TWO,) * 3,
    describe_weight=9.0,
    seed=71,
)
RECIPES: dict[str, PocketConfig] = {
    "pocket": PocketConfig(),
    "pocket-full": _FULL,
    "pocket-full-looks": _FULL_LOOKS,
    "pocket-qwen": PocketConfig(architecture="qwen", seed=2),
    "pocket-qwen-full": replace(_FULL, architecture="qwen", seed=2),
}
