"""Scene graphs of the pocket world: what stands where. Drawn by render.py, asked by truth.py."""

import json
from dataclasses import asdict, dataclass

from gap_core.pocket_world.edition import BASIC, EDITIONS, Edition
from gap_core.pocket_world.vocabulary import (
    WIDTH_PX,
)
from gap_core.pocket_world.vocabulary_full import (
    ALL_KINDS,
    GREY_STYLES,
    SHOWN_BY_ACTIVITY,
    SHOWN_BY_OCCASION,
    SHOWN_BY_PLACE,
)

SIDE_BORDERS_PX = (WIDTH_PX * 0.375, WIDTH_PX * 0.625)
# Fields that came with the full world; scene_to_json leaves them out where they are empty.
_LATER_FIELDS = (
    "edition", "time", "season", "occasion", "style", "activity", "material", "relation",
    "anchor", "oddity",
)  # fmt: skip


@dataclass(frozen=True)
class Thing:
    """One thing of a scene; (x_px, y_px) is the middle of its foot, in the 640 × 480 picture.

    Attributes:
        face: a person's or an animal's emotion.
        word: what is written on it: a word, a number, or the time that a clock shows ("3:30").
        relation: how it is placed with another thing: on, under, behind, in; or empty.
        anchor: the kind of that other thing, which is the only one of its kind.
        oddity: what is strange about it, or empty.
    """

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
    activity: str = ""
    material: str = ""
    relation: str = ""
    anchor: str = ""
    oddity: str = ""

    @property
    def resting(self) -> str:
        """Where the thing is if not alone on the ground: "on the table", "behind the car"."""
        if self.relation:
            return f"{self.relation} the {self.anchor}"
        return "on the table" if self.on_table else ""

    @property
    def is_on_table(self) -> bool:
        """Whether it stands on the table."""
        return self.resting == "on the table"

    @property
    def is_person(self) -> bool:
        """Whether it is a man, a woman or a child."""
        return ALL_KINDS[self.kind].group == "people"

    @property
    def width_px(self) -> float:
        """Width as drawn."""
        return ALL_KINDS[self.kind].width_px * self.scale

    @property
    def height_px(self) -> float:
        """Height as drawn."""
        return ALL_KINDS[self.kind].height_px * self.scale

    @property
    def side(self) -> str:
        """The third of the picture that the thing stands in: left, middle or right."""
        if self.x_px < SIDE_BORDERS_PX[0]:
            return "left"
        return "right" if self.x_px > SIDE_BORDERS_PX[1] else "middle"


@dataclass(frozen=True)
class Scene:
    """A place, its weather and its things from left to right.

    Attributes:
        time: of the day; empty where the edition has none.
        season: empty where nothing in the picture shows it.
        occasion: what is celebrated or held; empty on an ordinary day.
        style: how the picture is drawn; empty means in colour.
    """

    seed: int
    place: str
    weather: str
    things: tuple[Thing, ...]
    edition: str = BASIC.name
    time: str = ""
    season: str = ""
    occasion: str = ""
    style: str = ""

    @property
    def has_colour(self) -> bool:
        """Whether colours can be seen in the picture."""
        return self.style not in GREY_STYLES

    @property
    def world(self) -> Edition:
        """The table of what may occur in the scene and be asked of it."""
        return EDITIONS[self.edition]

    @property
    def shown_kinds(self) -> frozenset[str]:
        """Kinds that decoration and what people hold look like: nothing is asked about them."""
        shown = {*SHOWN_BY_PLACE.get(self.place, ()), *SHOWN_BY_OCCASION.get(self.occasion, ())}
        shown.update(*(SHOWN_BY_ACTIVITY.get(thing.activity, ()) for thing in self.things))
        return frozenset(shown) if self.edition != BASIC.name else frozenset()

    def of_kind(self, name: str) -> tuple[Thing, ...]:
        """The things of a kind ("dog") or of a group ("animals"), from left to right."""
        return tuple(t for t in self.things if name in (t.kind, ALL_KINDS[t.kind].group))

    def from_far_to_near(self) -> list[Thing]:
        """The order of drawing; what is on or under a thing comes right after that thing."""
        return sorted(self.things, key=self._nearness)

    def _nearness(self, thing: Thing) -> tuple[bool, float]:
        if thing.relation in ("on", "under", "in"):
            return False, self.of_kind(thing.anchor)[0].y_px + 0.5
        return thing.on_table, thing.y_px


def scene_to_json(scene: Scene) -> str:
    """The scene graph as one JSON object, keys sorted; fields that came later only where used."""
    graph = asdict(scene)
    for record in (graph, *graph["things"]):
        for name in _LATER_FIELDS:
            if record.get(name) in ("", BASIC.name):
                del record[name]
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
