"""Tables of plain words with deeds for each row. Called by the pages.

A row is named by its id, never by its place: between a look and a press rows may have moved.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from apps.studio.parts import part
from apps.studio.tab import hear

Kind = Literal["", "number", "picture", "whole"]


@dataclass(frozen=True)
class Column:
    """A column: its name, and how its words are shown.

    "picture": as an address of ours; "whole": in one line, as names and dates are.
    """

    name: str
    kind: Kind = ""


@dataclass(frozen=True)
class Deed:
    """Something that can be done to a row.

    Attributes:
        words: on the button.
        sure: on the button for the second press; empty where one press does.
        asks: what has to be typed along; empty where nothing has.
    """

    words: str
    sure: str = ""
    asks: str = ""


@dataclass(frozen=True)
class Row:
    """A row: its id, a text for each column, the names of what can be done to it."""

    id: str
    cells: tuple[str, ...]
    does: tuple[str, ...] = ()


@dataclass(frozen=True)
class Act:
    """A deed that somebody did to a row, with what they typed."""

    does: str
    id: str
    reason: str = ""


NO_DEEDS: Mapping[str, Deed] = MappingProxyType({})


def show_ledger(
    key: str,
    *,
    columns: Sequence[Column],
    rows: Sequence[Row],
    none: str,
    deeds: Mapping[str, Deed] = NO_DEEDS,
    do: Callable[[Act], None] | None = None,
) -> None:
    """Show the table; `do` is called with each act before the page is drawn anew.

    Without deeds the table is there to be read only.
    """

    def handle(words: Mapping[str, Any]) -> None:
        act = read_act(words, deeds=deeds)
        if act is not None and do is not None:
            do(act)

    part("ledger")(
        key=key,
        data={
            "columns": [vars(column) for column in columns],
            "rows": [{"id": row.id, "cells": row.cells, "does": row.does} for row in rows],
            "deeds": {name: vars(deed) for name, deed in deeds.items()},
            "none": none,
        },
        on_act_change=lambda: hear(key, "act", handle),
    )


def read_act(words: Mapping[str, Any], *, deeds: Mapping[str, Deed]) -> Act | None:
    """What a browser sent, None unless it is an act that the table offers."""
    if words.get("does") not in deeds:
        return None
    return Act(str(words["does"]), str(words.get("id", "")), str(words.get("reason", "")))
