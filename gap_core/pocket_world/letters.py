"""Capitals and digits for the signs of the pocket world, as strokes: the same on every machine.

Called by pen.py. A letter is one unit wide and, after the pen stretches it, 1.5 high.
"""

import math

Stroke = tuple[tuple[float, float], ...]


def _arc(
    x: float, y: float, rx: float, ry: float, start: float, end: float, steps: int = 10
) -> Stroke:
    """Points on an ellipse from one angle to another, in quarters of a turn, y down."""
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
    "0": (_arc(0.5, 0.5, 0.42, 0.5, 0, 4, 18),),
    "1": (((0.2, 0.24), (0.55, 0), (0.55, 1)), ((0.2, 1), (0.9, 1))),
    "2": ((*_arc(0.5, 0.3, 0.46, 0.3, -2, 0.4, 18), (0, 1), (1, 1)),),
    "3": ((*_arc(0.45, 0.26, 0.46, 0.26, -1.8, 1, 18), *_arc(0.45, 0.75, 0.5, 0.25, -1, 1.8, 18)),),
    "4": (((0.75, 1), (0.75, 0), (0, 0.68), (1, 0.68)),),
    "5": (((0.92, 0), (0.1, 0), (0.06, 0.44), *_arc(0.46, 0.69, 0.5, 0.31, -1.4, 1.8, 18)),),
    "6": ((*_arc(0.62, 0.62, 0.58, 0.6, -1.2, -2, 18), *_arc(0.5, 0.69, 0.46, 0.31, -2, 2, 18)),),
    "7": (((0, 0), (1, 0), (0.4, 1)),),
    "8": (_arc(0.5, 0.25, 0.4, 0.25, 0, 4, 18), _arc(0.5, 0.74, 0.48, 0.26, 0, 4, 18)),
    "9": ((*_arc(0.5, 0.31, 0.46, 0.31, 0, 4, 18), *_arc(0.38, 0.38, 0.58, 0.6, 0, 0.8, 18)),),
}


def letter_strokes(character: str) -> tuple[Stroke, ...]:
    """The strokes of one capital or digit, in the unit square.

    Raises:
        ValueError: no such character is drawn.
    """
    if character not in _STROKES:
        raise ValueError(
            f"There is no drawing of '{character}'; known: {' '.join(sorted(_STROKES))}."
        )
    return _STROKES[character]
