"""Tables of plain words with deeds for each row. Called by the pages.

A row is named by its id, never by its place: between a look and a press rows may have moved.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import streamlit as st

from apps.studio.parts import part

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
    """A deed that somebody did to a row, with what they typed.

    `pressed_ms`, on the browser's clock, tells this press from the next one like it.
    """

    does: str
    id: str
    reason: str = ""
    pressed_ms: float = 0.0


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

    def handle() -> None:
        act = read_act(st.session_state[key].get("act"), deeds=deeds)
        if act is not None and do is not None and not _has_come_before(key, act):
            do(act)

    part("ledger")(
        key=key,
        data={
            "columns": [vars(column) for column in columns],
            "rows": [{"id": row.id, "cells": row.cells, "does": row.does} for row in rows],
            "deeds": {name: vars(deed) for name, deed in deeds.items()},
            "none": none,
        },
        on_act_change=handle,
    )


def _has_come_before(key: str, act: Act) -> bool:
    """Whether this press was handled already: on a busy machine one may arrive twice."""
    mark = f"last act in {key}"
    is_known = st.session_state.get(mark) == act
    st.session_state[mark] = act
    return is_known


def read_act(words: object, *, deeds: Mapping[str, Deed]) -> Act | None:
    """What a browser sent, None unless it is an act that the table offers."""
    if not isinstance(words, dict) or words.get("does") not in deeds:
        return None
    pressed_ms = words.get("pressed_ms")
    return Act(
        str(words["does"]),
        str(words.get("id", "")),
        str(words.get("reason", "")),
        float(pressed_ms) if isinstance(pressed_ms, int | float) else 0.0,
    )
