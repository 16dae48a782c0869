"""The settings with which each model is made. Called by scripts/build_pocket.py."""

from dataclasses import replace

from gap_core.pocket_training.config import PocketConfig

# Three and a half hours on two cores. The full world has three times the forms of question; a
# fifth of its pictures are full of writing or people, few are crowded, which is learnt in passing.
_FULL = PocketConfig(
    edition="full",
    vocabulary_tokens=2_048,
    dense_steps=600,
    steps=12_400,
    decay_share=0.5,
    competence=0.85,
    wrong_shares=(0.1, 0.25, 0.3),
    stages=((0.8, 0, 0, 0.1, 0.1), (0.25, 0.55, 0, 0.1, 0.1), (0.25, 0.49, 0.06, 0.1, 0.1)),
)
RECIPES: dict[str, PocketConfig] = {
    "pocket": PocketConfig(),
    "pocket-full": _FULL,
    "pocket-qwen": PocketConfig(architecture="qwen", seed=2),
    "pocket-qwen-full": replace(_FULL, architecture="qwen", seed=2),
}
