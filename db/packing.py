"""Many numbers in one column: little-endian 32-bit floats. Called by stores and migrations."""

import struct
from collections.abc import Sequence


def packed_weights(weights: Sequence[float]) -> bytes:
    """The numbers, four bytes each."""
    return struct.pack(f"<{len(weights)}f", *weights)


def unpacked_weights(packed: bytes) -> tuple[float, ...]:
    """The numbers as they were packed, to seven digits."""
    return struct.unpack(f"<{len(packed) // 4}f", packed)
