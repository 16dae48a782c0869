"""Scenes of the pocket world as views. Called by the graph synthesizer."""

from __future__ import annotations

from gap_core.pocket_world import Scene, Thing
from gap_core.pocket_world.forms.seeing import is_legible
from gap_core.pocket_world.vocabulary import WIDTH_PX
from gap_core.synthesis.graph_names import name_of
from gap_core.synthesis.graph_views import Seen, View


def view_of_scene(scene: Scene) -> View:
    """What a scene shows; kinds that decoration looks like, and odd ones, are vague."""
    odd = {thing.kind for thing in scene.things if thing.oddity}
    return View(
        width=WIDTH_PX,
        things=tuple(_seen(scene, thing) for thing in sorted(scene.things, key=lambda t: t.x_px)),
        vague=scene.shown_kinds | odd,
    )


def _seen(scene: Scene, thing: Thing) -> Seen:
    is_word = thing.kind == "sign" and is_legible(scene, thing)
    return Seen(
        kind=thing.kind,
        x=thing.x_px,
        y=thing.y_px - thing.height_px / 2,
        width=thing.width_px,
        height=thing.height_px,
        # A person's colour is that of the shirt: "What colour is the man?" would ask for another.
        colour=thing.colour if scene.has_colour and name_of(thing.kind).group != "people" else "",
        size=thing.size,
        word=thing.word if is_word else "",
    )
