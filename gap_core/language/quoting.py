"""What in a text is to be taken letter by letter: quotes, and words in capitals. No model.

Called by tidying.py and spelling.py.
"""

import re
from collections.abc import Callable

_QUOTED = re.compile(r"(\"[^\"]*(?:\"|$)|“[^”]*(?:”|$)|«[^»]*(?:»|$)|‘[^’]*’|(?<!\w)'[^']*'(?!\w))")
_SIGN_WORDS = 3  # so many in capitals may be what a sign says


def outside_quotes(text: str, change: Callable[[str], str]) -> str:
    """The text with everything changed that stands in no quotes; an open quote runs to the end."""
    parts = _QUOTED.split(text)
    parts[::2] = [change(part) for part in parts[::2]]
    return "".join(parts)


def unquoted_parts(text: str) -> list[str]:
    """What stands in no quotes, in parts."""
    return _QUOTED.split(text)[::2]


def is_shouted(text: str) -> bool:
    """Whether capitals mean nothing, as all is written in them: no sign, code or name."""
    words = text.split()
    return (
        text.isupper()
        and len(words) > _SIGN_WORDS
        and not _QUOTED.search(text)
        and max(map(len, words)) > _SIGN_WORDS
    )
