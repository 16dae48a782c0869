"""The settings with which each model is made. Called by scripts/build_pocket.py."""

from gap_core.pocket_training.config import PocketConfig

# For one CPU machine overnight, and for one large GPU in a coffee break.
RECIPES: dict[str, PocketConfig] = {
    "pocket": PocketConfig(),
    "pocket-full": PocketConfig(
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
    ),
}
