"""The pocket world: drawn scenes with a scene graph, questions about them and their truth."""

from gap_core.pocket_world.edition import BASIC, EDITIONS, FULL, SIMPLE_THINGS, Edition
from gap_core.pocket_world.render import render_scene
from gap_core.pocket_world.sampling import sample_scene
from gap_core.pocket_world.scene import Scene, Thing, scene_from_json, scene_to_json

__all__ = [
    "BASIC", "EDITIONS", "FULL", "SIMPLE_THINGS", "Edition", "Scene", "Thing", "render_scene",
    "sample_scene", "scene_from_json", "scene_to_json",
]  # fmt: skip
