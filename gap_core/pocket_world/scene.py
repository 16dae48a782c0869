"""Scene graphs of the pocket world: what stands where. Drawn by render.py, asked by truth.py.

A scene is made from a seed alone: the same seed and number of things give the same scene.
"""

import json
import random
from dataclasses import asdict, dataclass

from gap_core.pocket_world.edition import BASIC, EDITIONS, Edition
from gap_core.pocket_world.vocabulary import (
    HEIGHT_PX,
    KINDS,
    PLACES,
    SIGN_WORDS,
    SIZES,
    SMALL_SCALE,
    WEATHERS,
    WIDTH_PX,
)

MAX_THINGS = 10
_SIDE_BORDERS_PX = (WIDTH_PX * 0.375, WIDTH_PX * 0.625)
_BORDER_GAP_PX = 18  # no centre this near to a border: "left" must be plain to see
_TABLE_TOP_SHARE = 0.86  # of the table's height: where food on it stands


@dataclass(frozen=True)
class Thing:
    """One thing of a scene; (x_px, y_px) is the middle of its foot, in the 640 × 480 picture."""

    kind: str
    colour: str
    size: str
    facing: str
    face: str
    x_px: float
    y_px: float
    scale: float
    word: str = ""
    on_table: bool = False

    @property
    def resting(self) -> str:
        """Where the thing is if not on the ground: "on the table"."""
        return "on the table" if self.on_table else ""

    @property
    def is_on_table(self) -> bool:
        """Whether it stands on the table."""
        return self.resting == "on the table"

    @property
    def width_px(self) -> float:
        """Width as drawn."""
        return KINDS[self.kind].width_px * self.scale

    @property
    def height_px(self) -> float:
        """Height as drawn."""
        return KINDS[self.kind].height_px * self.scale

    @property
    def side(self) -> str:
        """The third of the picture that the thing stands in: left, middle or right."""
        if self.x_px < _SIDE_BORDERS_PX[0]:
            return "left"
        return "right" if self.x_px > _SIDE_BORDERS_PX[1] else "middle"


@dataclass(frozen=True)
class Scene:
    """A place, its weather and its things from left to right."""

    seed: int
    place: str
    weather: str
    things: tuple[Thing, ...]
    edition: str = BASIC.name

    @property
    def world(self) -> Edition:
        """The table of what may occur in the scene and be asked of it."""
        return EDITIONS[self.edition]

    def of_kind(self, name: str) -> tuple[Thing, ...]:
        """The things of a kind ("dog") or of a group ("animals"), from left to right."""
        return tuple(t for t in self.things if name in (t.kind, KINDS[t.kind].group))


def sample_scene(seed: int, *, things: int) -> Scene:
    """A random scene with exactly so many things.

    Args:
        seed: any integer; equal seeds and counts give equal scenes.
        things: 1 to MAX_THINGS.

    Raises:
        ValueError: a number of things outside that range.
    """
    if not 1 <= things <= MAX_THINGS:
        raise ValueError(f"A scene has 1 to {MAX_THINGS} things, not {things}.")
    rng = random.Random(f"scene {seed} {things}")
    while True:
        place = rng.choice(PLACES)
        placed = _place_things(rng, place=place, count=things)
        if placed is not None:
            weather = rng.choice(WEATHERS)
            return Scene(seed, place, weather, tuple(sorted(placed, key=lambda t: t.x_px)))


def _place_things(rng: random.Random, *, place: str, count: int) -> list[Thing] | None:
    """Things that stand apart from each other; None if they do not fit after many tries."""
    kinds = _sample_kinds(rng, place=place, count=count)
    room_scale = 1.1 if count <= 2 else 0.92 if count <= 5 else 0.74
    placed: list[Thing] = []
    for kind in sorted(kinds, key=lambda name: -KINDS[name].width_px):
        for _ in range(60):
            thing = _sample_thing(rng, kind=kind, room_scale=room_scale, crowd=count)
            thing = _perhaps_on_table(rng, thing, placed)
            if all(_stand_apart(thing, other, crowd=count) for other in placed):
                placed.append(thing)
                break
        else:
            return None
    return placed


def _sample_kinds(rng: random.Random, *, place: str, count: int) -> list[str]:
    """Kinds that belong to the place; crowds repeat a kind often, so that there is to count."""
    allowed = [kind.name for kind in KINDS.values() if place in kind.places]
    kinds: list[str] = []
    while len(kinds) < count:
        repeat = kinds and rng.random() < (0.25 if count <= 2 else 0.4)
        kind = rng.choice(kinds) if repeat else rng.choice(allowed)
        if kind == "sign" and "sign" in kinds:
            continue
        kinds.append(kind)
    return kinds


def _sample_thing(rng: random.Random, *, kind: str, room_scale: float, crowd: int) -> Thing:
    size = rng.choice(SIZES)
    scale = room_scale * (1.0 if size == "big" else SMALL_SCALE)
    half = KINDS[kind].width_px * scale / 2 + 6
    x_px = rng.uniform(half, WIDTH_PX - half)
    lowest = HEIGHT_PX - 18
    return Thing(
        kind=kind,
        colour=rng.choice(KINDS[kind].colours),
        size=size,
        facing=rng.choice(("left", "right")),
        face=rng.choice(("happy", "sad")),
        x_px=round(x_px, 1),
        y_px=round(rng.uniform(lowest - (70 if crowd <= 2 else 110), lowest), 1),
        scale=scale,
        word=rng.choice(SIGN_WORDS) if kind == "sign" else "",
    )


def _perhaps_on_table(rng: random.Random, thing: Thing, placed: list[Thing]) -> Thing:
    """Food goes onto a table that is there, three times in four."""
    tables = [t for t in placed if t.kind == "table"]
    if not tables or KINDS[thing.kind].group != "food" or rng.random() < 0.25:
        return thing
    table = rng.choice(tables)
    reach = max((table.width_px - thing.width_px) / 2, 0.0)
    return Thing(
        **{
            **asdict(thing),
            "x_px": round(table.x_px + rng.uniform(-reach, reach), 1),
            "y_px": round(table.y_px - table.height_px * _TABLE_TOP_SHARE, 1),
            "on_table": True,
        }
    )


def _stand_apart(thing: Thing, other: Thing, *, crowd: int) -> bool:
    """Whether two things are told apart: by their middles always, by their edges if few."""
    if any(abs(thing.x_px - border) < _BORDER_GAP_PX for border in _SIDE_BORDERS_PX):
        return False
    distance = abs(thing.x_px - other.x_px)
    if other.kind == "table" and thing.on_table:
        return distance > 12
    if crowd <= 2:
        return distance > (thing.width_px + other.width_px) / 2 + 12
    reach = 0.72 if crowd <= 5 else 0.5
    apart_in_depth = abs(thing.y_px - other.y_px) > 40 and not thing.on_table
    return distance > (thing.width_px + other.width_px) / 2 * (reach - 0.14 * apart_in_depth)


def scene_to_json(scene: Scene) -> str:
    """The scene graph as one JSON object, keys sorted; fields that came later only where used."""
    graph = asdict(scene)
    if scene.edition == BASIC.name:
        del graph["edition"]
    return json.dumps(graph, sort_keys=True)


def scene_from_json(text: str) -> Scene:
    """The scene that scene_to_json wrote.

    Raises:
        ValueError: the text is not such an object.
    """
    try:
        graph = json.loads(text)
        things = tuple(Thing(**thing) for thing in graph.pop("things"))
        return Scene(**graph, things=things)
    except (KeyError, TypeError, AttributeError, json.JSONDecodeError) as err:
        raise ValueError("This text is no scene graph as scene_to_json writes it.") from err
