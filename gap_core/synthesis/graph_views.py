"""What is known to be seen in a picture, wherever that is known from, and where it plainly stands.

Called by the plans. Nothing is said of what a glance could not tell: things that nearly touch a
border, neighbours nearly as near as each other, kinds of which some are hidden.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import NamedTuple

from gap_core.synthesis.graph_names import GROUPS, name_of

BORDERS = (0.375, 0.625)  # of the width, as the pocket world has them
BORDER_GAP = 0.025  # of the width: nearer to a border a side is not plain
PLAIN_GAP = 0.05  # of the width: less apart, left and right of each other are not plain
NEAREST_RATIO = 1.4  # how much farther the second nearest must be


class Seen(NamedTuple):
    """A thing in a picture; (x, y) is its middle, all in pixels. Empty is not known."""

    kind: str
    x: float
    y: float
    width: float
    height: float
    colour: str = ""
    size: str = ""
    word: str = ""


@dataclass(frozen=True)
class View:
    """All that is known to be seen, from left to right.

    Attributes:
        vague: kinds of which more or fewer may be meant; they are not asked about.
    """

    width: float
    things: tuple[Seen, ...]
    vague: frozenset[str] = frozenset()

    def of(self, name: str) -> tuple[Seen, ...]:
        """The things of a kind or of a group."""
        if name == "things":
            return self.things
        if name in GROUPS:
            return tuple(one for one in self.things if name_of(one.kind).group == name)
        return tuple(one for one in self.things if one.kind == name)

    def count(self, name: str) -> int | None:
        """How many there are; None where that is not plain."""
        if name in ("things", *GROUPS):
            is_vague = any(name in ("things", name_of(kind).group) for kind in self.vague)
        else:
            is_vague = name in self.vague
        return None if is_vague else len(self.of(name))

    def lone(self, kind: str) -> Seen | None:
        """The only thing of its kind."""
        found = self.of(kind)
        return found[0] if len(found) == 1 and kind not in self.vague else None

    @property
    def lone_kinds(self) -> list[str]:
        """Kinds of which there is plainly one, from left to right."""
        return [one.kind for one in self.things if self.lone(one.kind) is not None]

    def side(self, kind: str) -> str | None:
        """The third of the picture that the only thing of a kind plainly stands in."""
        thing = self.lone(kind)
        if thing is None:
            return None
        share = thing.x / self.width
        if any(abs(share - border) < BORDER_GAP for border in BORDERS):
            return None
        return "left" if share < BORDERS[0] else "right" if share > BORDERS[1] else "middle"

    def nearest(self, kind: str) -> str | None:
        """What is plainly nearest to the only thing of a kind, middle to middle."""
        thing = self.lone(kind)
        others = [one for one in self.things if one is not thing]
        if thing is None or not others or self.vague:
            return None
        apart = sorted((math.dist(one[1:3], thing[1:3]), one.kind) for one in others)
        if len(apart) > 1 and apart[1][0] < apart[0][0] * NEAREST_RATIO:
            return None
        return apart[0][1]

    def beyond(self, kind: str, direction: str) -> int | None:
        """How many things are plainly to the left or right of the only one of a kind."""
        thing = self.lone(kind)
        if thing is None or self.vague:
            return None
        gaps = [(one.x - thing.x) / self.width for one in self.things if one is not thing]
        if any(abs(gap) < PLAIN_GAP for gap in gaps):
            return None
        return sum(gap < 0 if direction == "left" else gap > 0 for gap in gaps)

    def on_side(self, wanted: str) -> int | None:
        """How many things stand in a third of the picture; None where one is not plain."""
        if self.vague:
            return None
        shares = [one.x / self.width for one in self.things]
        if any(abs(share - border) < BORDER_GAP for share in shares for border in BORDERS):
            return None
        thirds = [
            "left" if s < BORDERS[0] else "right" if s > BORDERS[1] else "middle" for s in shares
        ]
        return thirds.count(wanted)

    def outermost(self, group: str, direction: str) -> str | None:
        """The kind of the group's leftmost or rightmost thing, where that is plain."""
        found = self.of(group)
        if len(found) < 2 or self.count(group) is None:
            return None
        ordered = found if direction == "left" else found[::-1]
        is_plain = abs(ordered[0].x - ordered[1].x) / self.width >= PLAIN_GAP
        return ordered[0].kind if is_plain else None

    def only_of(self, group: str) -> str | None:
        """The kind of the only thing of a group."""
        found = self.of(group)
        return found[0].kind if len(found) == 1 and self.count(group) == 1 else None

    def described(self, colour: str, size: str) -> str | None:
        """The kind of the only thing of this colour and size."""
        found = [one for one in self.things if (one.colour, one.size) == (colour, size)]
        return found[0].kind if len(found) == 1 and not self.vague else None

    def next_to_right(self, kind: str) -> str | None:
        """The kind of the next thing to the right of the only one of a kind."""
        thing = self.lone(kind)
        if thing is None:
            return None
        place = self.things.index(thing) + 1
        return self.things[place].kind if place < len(self.things) else None

    def nth(self, group: str, place: int) -> str | None:
        """The kind of the group's first, second … thing from the left, counted from 1."""
        found = self.of(group)
        return found[place - 1].kind if place <= len(found) else None

    def without(self, kind: str) -> View:
        """The same without any thing of a kind."""
        return replace(self, things=tuple(one for one in self.things if one.kind != kind))
