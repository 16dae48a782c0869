"""How many heaps the C library keeps for a process of many threads. Called where servers start."""

import ctypes

ARENAS = 2
_M_ARENA_MAX = -8  # <malloc.h>


def limit_arenas() -> bool:
    """Keep two arenas, in place of glibc's eight a core; False where the C library isn't glibc.

    A server's threads come and go, and what one leaves half empty no other fills. Arenas that are
    there stay, so this belongs before the first thread.

    Source: mallopt(3), M_ARENA_MAX.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    return mallopt is not None and bool(mallopt(_M_ARENA_MAX, ARENAS))
