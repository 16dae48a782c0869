"""The settings with which each model is made. Called by scripts/build_pocket.py."""

from dataclasses import replace

from gap_core.pocket_training.config import PocketConfig

# Three and a half hours on two cores. The full world has three times the forms of question; a
# tenth of its pictures are to read from, and few are crowded, which is learnt in passing.
_FULL = PocketConfig(
    edition="full",
    vocabulary_tokens=2_048,
    dense_steps=600,
    steps=12_400,
    decay_share=0.5,
    competence=0.85,
    wrong_shares=(0.1, 0.25, 0.3),
    stages=((0.9, 0, 0, 0.1), (0.27, 0.63, 0, 0.1), (0.27, 0.53, 0.08, 0.12)),
)
RECIPES: dict[str, PocketConfig] = {
    "pocket": PocketConfig(),
    "pocket-full": _FULL,
    "pocket-qwen": PocketConfig(architecture="qwen", seed=2),
    "pocket-qwen-full": replace(_FULL, architecture="qwen", seed=2),
}
