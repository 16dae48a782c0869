"""Word lists line by line. Called by whoever has a table of its own beside its code."""

from pathlib import Path

_FOLDER = Path(__file__).parent


def table_lines(table: str | Path) -> list[str]:
    """Lines of a file without comments and empty lines; a name is one of this folder."""
    lines = (_FOLDER / table).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]
