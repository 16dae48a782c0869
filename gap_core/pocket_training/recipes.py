"""The settings with which each model is made. Called by scripts/build_pocket.py."""

from dataclasses import replace

from gap_core.pocket_training.config import PocketConfig

# Two and a half hours on two cores. The full world has three times the forms of question.
_FULL = PocketConfig(
    edition="full",
    vocabulary_tokens=2_048,
    dense_steps=600,
    steps=9_000,
    decay_share=0.5,
    competence=0.85,
)
RECIPES: dict[str, PocketConfig] = {
    "pocket": PocketConfig(),
    "pocket-full": _FULL,
    "pocket-qwen": PocketConfig(architecture="qwen", seed=2),
    "pocket-qwen-full": replace(_FULL, architecture="qwen", seed=2),
}
