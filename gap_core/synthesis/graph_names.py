"""What things, groups, colours, sides and numbers are called in English and Chinese.

Called by the plans of this folder. COCO's eighty categories and the pocket world's kinds.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

from gap_core.language.tables import table_lines
from gap_core.pocket_world.vocabulary import NUMBER_WORDS

TABLE = Path(__file__).parent / "tables" / "things.tsv"


class Words(NamedTuple):
    """The same in both languages."""

    en: str
    zh: str


class Name(NamedTuple):
    """A kind of thing, or a group of kinds."""

    one: str
    many: str
    group: str
    zh: str
    measure: str


GROUPS = {
    "things": Name("thing", "things", "", "东西", "样"),
    "people": Name("person", "people", "people", "人", "个"),
    "animals": Name("animal", "animals", "animals", "动物", "只"),
    "vehicles": Name("vehicle", "vehicles", "vehicles", "交通工具", "个"),
    "food": Name("piece of food", "pieces of food", "food", "食物", "样"),
    "furniture": Name("piece of furniture", "pieces of furniture", "furniture", "家具", "件"),
}
COLOURS = {
    "red": "红色", "orange": "橙色", "yellow": "黄色", "green": "绿色", "blue": "蓝色",
    "purple": "紫色", "pink": "粉色", "brown": "棕色", "black": "黑色", "white": "白色",
    "grey": "灰色",
}  # fmt: skip
SIDES = {"left": "左边", "middle": "中间", "right": "右边"}
SIZES = {"big": "大", "small": "小"}
_DIGITS_ZH = "零一二三四五六七八九十"


@cache
def kinds() -> dict[str, Name]:
    """Every kind that can be named."""
    found = {}
    for line in table_lines(TABLE):
        kind, many, group, zh, measure = line.split("\t")
        found[kind] = Name(kind, many, group, zh, measure)
    return found


def name_of(name: str) -> Name:
    """The words of a kind or a group."""
    return GROUPS.get(name) or kinds()[name]


def the(kind: str) -> Words:
    """The only one of its kind."""
    name = name_of(kind)
    return Words(f"the {name.one}", f"那{name.measure}{name.zh}")


def number(count: int) -> Words:
    """A number alone, as an answer."""
    en = str(count) if count >= len(NUMBER_WORDS) else ("none", *NUMBER_WORDS[1:])[count]
    zh = "没有" if count == 0 else _DIGITS_ZH[count] if count <= 10 else str(count)
    return Words(en, zh)


def amount(name: str, count: int) -> Words:
    """So many of a kind: "two dogs", "两只狗"."""
    own = name_of(name)
    en = NUMBER_WORDS[count] if count < len(NUMBER_WORDS) else str(count)
    zh = "两" if count == 2 else "零" if count == 0 else number(count).zh
    return Words(f"{en} {own.one if count == 1 else own.many}", f"{zh}{own.measure}{own.zh}")


def colour(value: str) -> Words:
    """A colour."""
    return Words(value, COLOURS[value])


def side(value: str) -> Words:
    """A third of the picture."""
    return Words(value, SIDES[value])


def value_words(value: str | int) -> Words:
    """Any value as a short answer."""
    if isinstance(value, int):
        return number(value)
    if value in COLOURS and value != "orange":
        return colour(value)
    if value in SIDES:
        return side(value)
    return Words(name_of(value).one, name_of(value).zh)
