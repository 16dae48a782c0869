"""The word lists in tables/, line by line. Called by the lexicon, the categories and case_files."""

from pathlib import Path

_FOLDER = Path(__file__).parent


def table_lines(name: str) -> list[str]:
    """Lines of a file such as "tables/things.txt", without comments and empty lines."""
    lines = (_FOLDER / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]
