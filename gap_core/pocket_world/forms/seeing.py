"""What can be seen of a scene: nothing else is asked.

Called by the files of this folder. BASIC asks without such care, as its weights have learnt it.
"""

from gap_core.pocket_world.edition import BASIC
from gap_core.pocket_world.scene import Scene, Thing

_LEGIBLE_SCALE = 0.48  # of faces, words, numbers and clocks


def is_legible(scene: Scene, thing: Thing) -> bool:
    """Whether a face, a word or a clock is large enough to be read."""
    if scene.edition == BASIC.name:
        return True
    is_turned = thing.oddity == "upside down"
    return thing.scale >= _LEGIBLE_SCALE and not is_turned


def people_of(scene: Scene) -> tuple[Thing, ...]:
    """The people of the scene, from left to right."""
    return scene.of_kind("people")


def has_plain_people(scene: Scene) -> bool:
    """Whether all that people do and feel can be seen."""
    return bool(people_of(scene)) and all(is_legible(scene, t) for t in people_of(scene))


def shows_feeling(scene: Scene, thing: Thing) -> bool:
    """Whether a person's face is awake and large enough."""
    return is_legible(scene, thing) and thing.activity != "sleeping"


def possible_weathers(scene: Scene) -> tuple[str, ...]:
    """The weathers that may be said of the scene: at night no sun, by day no "clear"."""
    unsaid = "sunny" if scene.time == "night" else "clear"
    return tuple(weather for weather in scene.world.weathers if weather != unsaid)


def possible_places(scene: Scene) -> tuple[str, ...]:
    """The places that may be said of the scene: a kitchen is a room too."""
    is_kind_of_room = scene.place in ("kitchen", "classroom")
    return tuple(p for p in scene.world.places if p != "room" or not is_kind_of_room)
