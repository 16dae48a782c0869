"""Capitals for the signs of the pocket world, as strokes: the same on every machine.

Called by pen.py. A letter is one unit wide and, after the pen stretches it, 1.5 high.
"""

import math

Stroke = tuple[tuple[float, float], ...]


def _arc(x: float, y: float, rx: float, ry: float, start: float, end: float) -> Stroke:
    """Points on an ellipse from one angle to another, in quarters of a turn, y down."""
    steps = 10
    angles = (math.pi / 2 * (start + (end - start) * i / steps) for i in range(steps + 1))
    return tuple((x + rx * math.cos(a), y + ry * math.sin(a)) for a in angles)


_STROKES: dict[str, tuple[Stroke, ...]] = {
    "A": (((0, 1), (0.5, 0), (1, 1)), ((0.2, 0.65), (0.8, 0.65))),
    "C": (_arc(0.55, 0.5, 0.55, 0.5, -0.6, -3.4),),
    "E": (((1, 0), (0, 0), (0, 1), (1, 1)), ((0, 0.5), (0.8, 0.5))),
    "F": (((1, 0), (0, 0), (0, 1)), ((0, 0.5), (0.8, 0.5))),
    "H": (((0, 0), (0, 1)), ((1, 0), (1, 1)), ((0, 0.5), (1, 0.5))),
    "I": (((0.5, 0), (0.5, 1)),),
    "K": (((0, 0), (0, 1)), ((1, 0), (0, 0.6)), ((0.35, 0.4), (1, 1))),
    "L": (((0, 0), (0, 1), (1, 1)),),
    "M": (((0, 1), (0, 0), (0.5, 0.6), (1, 0), (1, 1)),),
    "N": (((0, 1), (0, 0), (1, 1), (1, 0)),),
    "O": (_arc(0.5, 0.5, 0.5, 0.5, 0, 4),),
    "P": (((0, 1), (0, 0), (0.6, 0), *_arc(0.6, 0.28, 0.4, 0.28, -1, 1), (0, 0.56)),),
    "S": ((*_arc(0.5, 0.26, 0.46, 0.26, -0.3, -3), *_arc(0.5, 0.74, 0.5, 0.26, -1, 1.7)),),
    "T": (((0, 0), (1, 0)), ((0.5, 0), (0.5, 1))),
    "X": (((0, 0), (1, 1)), ((1, 0), (0, 1))),
    "Z": (((0, 0), (1, 0), (0, 1), (1, 1)),),
}


def letter_strokes(character: str) -> tuple[Stroke, ...]:
    """The strokes of one capital, in the unit square.

    Raises:
        ValueError: no such letter is drawn.
    """
    if character not in _STROKES:
        raise ValueError(
            f"There is no drawing of '{character}'; known: {' '.join(sorted(_STROKES))}."
        )
    return _STROKES[character]
