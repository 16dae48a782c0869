"""Gradio imported without the stubs that it writes for editors. Called by scripts/serve_game.py."""

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def without_stubs() -> Iterator[None]:
    """While it lasts, Gradio's components look like classes typed at a prompt, which get no stubs.

    Each import of Gradio parses the source of every component twice and writes .pyi files beside
    it: about half of the time that it takes. `gradio.component_meta.create_or_modify_pyi` leaves
    that out where `inspect.getfile` finds no file.
    """
    found = inspect.getfile

    def file_of(what: Any) -> str:
        if isinstance(what, type) and what.__module__.startswith("gradio."):
            raise OSError(f"No stubs are wanted of {what.__name__}.")
        return found(what)

    inspect.getfile = file_of
    try:
        yield
    finally:
        inspect.getfile = found
