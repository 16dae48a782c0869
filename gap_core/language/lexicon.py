"""What words mean here: things and their kinds, values that exclude each other, empty words.

Called by the fact readers. Word lists stand in tables/; the pocket world's own kinds, places
and weathers are read from its tables, so that they grow with it.
"""

from gap_core.language.tables import table_lines
from gap_core.language.text import singular
from gap_core.pocket_world.edition import EDITIONS

EMPTY = frozenset(word for line in table_lines("tables/empty_words.txt") for word in line.split())


def _read_groups(name: str) -> dict[str, tuple[str, str]]:
    """Each word with its group and the name that stands for it and its synonyms."""
    table: dict[str, tuple[str, str]] = {}
    for line in table_lines(name):
        group, members = line.split(": ")
        for member in members.split(", "):
            first, *others = member.split("=")
            for word in (first, *others):
                table.setdefault(word, (group, first))
    return table


THINGS = _read_groups("tables/things.txt")
VALUES = _read_groups("tables/values.txt")
for _edition in EDITIONS.values():
    for _kind in _edition.kinds.values():
        THINGS.setdefault(_kind.name, (singular(_kind.group), _kind.name))
        THINGS.setdefault(_kind.plural, THINGS[_kind.name])
        for _synonym in _edition.synonyms.get(_kind.name, ()):
            if _synonym not in VALUES:  # "stone" is a material before it is a rock
                THINGS.setdefault(_synonym, THINGS[_kind.name])
    for _place in _edition.places:
        VALUES.setdefault(_place, ("place", _place))
    for _weather in _edition.weathers:
        VALUES.setdefault(_weather, ("weather", _weather))
# What a thing may also be called without being told apart: "a boy" may be "a man" or "a child".
_WIDER = {
    "boy": {"man", "child"}, "girl": {"woman", "child"}, "baby": {"child", "boy", "girl"},
    "van": {"car"}, "taxi": {"car"}, "butterfly": {"insect"}, "duck": {"bird"}, "owl": {"bird"},
    "penguin": {"bird"}, "swan": {"bird"}, "goose": {"bird"}, "chicken": {"bird"},
    "sunglasses": {"glasses"}, "helmet": {"hat"}, "plate": {"tableware"}, "morning": {"day"},
    "noon": {"day"}, "afternoon": {"day"},
}  # fmt: skip


def canonical(word: str) -> str:
    """The name that stands for a word, its plural and its synonyms."""
    for form in (word, singular(word)):
        for table in (THINGS, VALUES):
            if form in table:
                return table[form][1]
    return singular(word)


def are_told_apart(first: str, second: str, *, strictly: bool = False) -> bool:
    """Whether two canonical words can't be said of the same: two things, two values of a kind.

    Args:
        first: canonical word.
        second: canonical word.
        strictly: tell a girl from a woman too, although one may be taken for the other.
    """
    if first == second:
        return False
    if strictly and first in THINGS and second in THINGS:
        return True
    if first in THINGS and second in THINGS:
        wider = _WIDER.get(first, set()) | {THINGS[first][0]}
        wider_second = _WIDER.get(second, set()) | {THINGS[second][0]}
        return first not in wider_second and second not in wider
    if first in _WIDER.get(second, ()) or second in _WIDER.get(first, ()):
        return False
    return first in VALUES and second in VALUES and VALUES[first][0] == VALUES[second][0]
