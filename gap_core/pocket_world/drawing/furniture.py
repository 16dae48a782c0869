"""Furniture of the FULL edition: by material, and what has none.

Called by things.py.
"""

import math

from gap_core.pocket_world.drawing.faces import INK, PAPER
from gap_core.pocket_world.drawing.materials import draw_face, paint_of
from gap_core.pocket_world.pen import Pen, mixed, shade
from gap_core.pocket_world.scene import Thing
from gap_core.pocket_world.vocabulary_full import FULL_COLOURS


def draw_chair(pen: Pen, thing: Thing) -> None:
    """A chair with a high back."""
    dark = shade(paint_of(thing), 0.3)
    for x in (-38, 26):
        pen.box(x, -66, width=12, height=66, colour=dark, corner=4)
    for x in (-20, 14):
        pen.box(x, -60, width=9, height=48, colour=shade(paint_of(thing), 0.42), corner=3)
    draw_face(pen, thing, -44, -138, width=30, height=76, corner=8)
    draw_face(pen, thing, -46, -78, width=92, height=26, corner=8)


def draw_table(pen: Pen, thing: Thing) -> None:
    """A table; one of stone has thick legs."""
    paint = paint_of(thing)
    thick = 30 if thing.material == "stone" else 16
    for x in (-56, 44):
        pen.box(x, -84, width=11, height=70, colour=shade(paint, 0.45), corner=4)
    for x in (-88, 88 - thick):
        pen.box(x, -84, width=thick, height=84, colour=shade(paint, 0.26), corner=4)
    draw_face(pen, thing, -98, -108, width=196, height=30, corner=8)


def draw_bench(pen: Pen, thing: Thing) -> None:
    """A bench with a back rest."""
    dark = shade(paint_of(thing), 0.36)
    for x in (-82, 68):
        pen.box(x, -104, width=13, height=104, colour=dark, corner=4)
    draw_face(pen, thing, -96, -104, width=192, height=32, corner=6)
    draw_face(pen, thing, -98, -54, width=196, height=22, corner=6)
    for x in (-60, 48):
        pen.box(x, -32, width=12, height=32, colour=dark, corner=4)


def draw_sofa(pen: Pen, thing: Thing) -> None:
    """A sofa with two cushions."""
    cloth = FULL_COLOURS[thing.colour]
    dark = shade(cloth, 0.24)
    for x in (-90, 78):
        pen.box(x, -14, width=14, height=14, colour=0xFF6B4A33, corner=3)
    pen.box(-100, -118, width=200, height=86, colour=dark, corner=22)
    for x in (-86, 2):
        pen.box(x, -106, width=84, height=56, colour=mixed(cloth, PAPER, 0.12), corner=14)
    pen.box(-94, -58, width=188, height=46, colour=cloth, corner=12)
    pen.line((0, -54), (0, -16), colour=dark, width=3)
    for x in (-113, 79):
        pen.box(x, -80, width=34, height=70, colour=cloth, corner=15)
        pen.box(x + 6, -74, width=22, height=10, colour=mixed(cloth, PAPER, 0.3), corner=5)


def draw_lamp(pen: Pen, thing: Thing) -> None:
    """A floor lamp that is on."""
    shade_colour = FULL_COLOURS[thing.colour]
    pen.oval(0, -130, rx=66, ry=52, colour=0x30FFE9A8)
    pen.oval(0, -6, rx=30, ry=8, colour=0xFF4B4A52)
    pen.box(-4, -140, width=8, height=134, colour=0xFF5D5B65, corner=3)
    pen.oval(0, -136, rx=34, ry=8, colour=0xFFFFF3C4)
    pen.svg("M-24,-196 L24,-196 L46,-138 C20,-130,-20,-130,-46,-138 Z", colour=shade_colour)
    pen.svg("M-18,-190 L-6,-190 L-16,-140 L-34,-142 Z", colour=mixed(shade_colour, PAPER, 0.4))


def draw_clock(pen: Pen, thing: Thing) -> None:
    """A standing clock whose hands show the time; it is never mirrored."""
    frame = FULL_COLOURS[thing.colour]
    pen.box(-30, -10, width=60, height=10, colour=shade(frame, 0.3), corner=4)
    pen.box(-10, -110, width=20, height=104, colour=shade(frame, 0.16), corner=6)
    with pen.at(0, -163):
        pen.oval(0, 0, rx=63, ry=63, colour=frame)
        pen.oval(0, 0, rx=53, ry=53, colour=PAPER)
        for hour in range(12):
            angle = math.pi * hour / 6
            is_quarter = hour % 3 == 0
            inner, width = (39, 6) if is_quarter else (44, 3.6)
            pen.line(_on_dial(angle, inner), _on_dial(angle, 48), colour=INK, width=width)
        _draw_hands(pen, thing.word)


def _on_dial(angle: float, radius: float) -> tuple[float, float]:
    return radius * math.sin(angle), -radius * math.cos(angle)


def _draw_hands(pen: Pen, time: str) -> None:
    """A short thick dark hand for the hour, a long thin red one for the minute."""
    hour, minute = (int(part) for part in time.split(":"))
    pen.line((0, 0), _on_dial(math.pi * (hour + minute / 60) / 6, 25), colour=INK, width=9)
    pen.line((0, 0), _on_dial(math.pi * minute / 30, 43), colour=0xFFC8352F, width=4.6)
    pen.oval(0, 0, rx=6, ry=6, colour=INK)
