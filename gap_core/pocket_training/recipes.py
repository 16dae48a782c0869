"""The settings with which each model is made. Called by scripts/build_pocket.py."""

from dataclasses import replace

from gap_core.pocket_training.config import PocketConfig

# For one CPU machine overnight, and for one large GPU in a coffee break.
_FULL = PocketConfig(
    edition="full",
    shape="large",
    vocabulary_tokens=2_048,
    dense_steps=1_500,
    steps=6_500,
    pictures=256,
    warmup_steps=200,
    checkpoint_steps=500,
    competence=0.85,
    is_cache_drawn=True,
)
RECIPES: dict[str, PocketConfig] = {
    "pocket": PocketConfig(),
    "pocket-full": _FULL,
    "pocket-qwen": PocketConfig(architecture="qwen", seed=2),
    "pocket-qwen-full": replace(_FULL, architecture="qwen", seed=2),
}
