"""Cells of CSV files that no spreadsheet takes for a formula. Called by everything that writes one.

Players' and experts' words go into such files.
"""

import re

# What a spreadsheet may calculate, also in its full-width forms; and what our quote hides.
_DANGEROUS = re.compile(r"'*[=+\-@\t\r\n|%＝＋－＠]")


def quoted(text: str) -> str:
    """The text, behind an apostrophe if a spreadsheet might calculate it."""
    return f"'{text}" if _DANGEROUS.match(text) else text


def unquoted(text: str) -> str:
    """What `quoted` was given."""
    return text[1:] if text.startswith("'") and _DANGEROUS.match(text) else text
