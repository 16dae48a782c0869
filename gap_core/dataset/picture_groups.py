"""Pictures that look alike, gathered into groups that a split must not part. Called by building.

Every pair is compared, in blocks, so none is missed; a hundred thousand pictures take some
twenty seconds of one core and a few tens of MB.
"""

import numpy as np

MOST_BITS_APART = 40  # of 256; see tests for what that tells apart
_ROWS, _COLUMNS = 256, 8192


def group_pictures(hashes: np.ndarray, *, most_bits: int = MOST_BITS_APART) -> np.ndarray:
    """Which group each picture is in, named by the first picture of the group.

    Pictures linked by a chain of alike ones are in one group.

    Args:
        hashes: (n, words) of 64 bit integers.
        most_bits: how many bits two alike pictures may differ in.

    Returns:
        (n,) places of the groups' first pictures.
    """
    different, place_of = _exact_groups(hashes)
    roots = np.arange(len(different))
    for row in range(0, len(different), _ROWS):
        for column in range(row, len(different), _COLUMNS):
            ours = different[row : row + _ROWS]
            theirs = different[column : column + _COLUMNS]
            _join(roots, row, column, _alike(ours, theirs, most_bits))
    return _first_places(np.array([_root(roots, one) for one in range(len(roots))])[place_of])


def _exact_groups(hashes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    if not len(hashes):
        return hashes, np.zeros(0, dtype=np.intp)
    different, place_of = np.unique(hashes, axis=0, return_inverse=True)
    return different, place_of.reshape(-1)


def _alike(ours: np.ndarray, theirs: np.ndarray, most_bits: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows and columns of alike pairs; half of the words sort nearly all others out."""
    half = ours.shape[1] // 2
    apart = _bits_apart(ours[:, :half], theirs[:, :half])  # (rows, columns)
    rows, columns = np.nonzero(apart <= most_bits)
    rest = np.bitwise_count(ours[rows, half:] ^ theirs[columns, half:]).sum(axis=1, dtype=np.int64)
    is_alike = apart[rows, columns] + rest <= most_bits
    return rows[is_alike], columns[is_alike]


def _bits_apart(ours: np.ndarray, theirs: np.ndarray) -> np.ndarray:
    total = np.zeros((len(ours), len(theirs)), dtype=np.uint16)
    for word in range(ours.shape[1]):
        total += np.bitwise_count(ours[:, None, word] ^ theirs[None, :, word])
    return total


def _join(roots: np.ndarray, row: int, column: int, pairs: tuple[np.ndarray, np.ndarray]) -> None:
    rows, columns = pairs
    if not len(rows):
        return
    # Thousands of pairs in one block are few pairs of groups.
    ends = np.unique(np.stack([roots[rows + row], roots[columns + column]]), axis=1)
    for first, second in ends.T:
        one, other = _root(roots, first), _root(roots, second)
        roots[max(one, other)] = min(one, other)


def _root(roots: np.ndarray, place: int) -> int:
    while roots[place] != place:
        roots[place] = roots[roots[place]]
        place = roots[place]
    return int(place)


def _first_places(labels: np.ndarray) -> np.ndarray:
    if not len(labels):
        return labels
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    return first[inverse.reshape(-1)]
