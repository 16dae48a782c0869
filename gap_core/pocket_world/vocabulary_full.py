"""What the FULL edition knows beyond BASIC: kinds, places, times, occasions, styles and so on.

Called by everything in this folder; nothing here draws or answers. The `ALL_…` tables say what a
word may mean in whatever edition.
"""

from gap_core.pocket_world.vocabulary import (
    COLOURS,
    KINDS,
    PLACES,
    SIGN_WORDS,
    SYNONYM_PLURALS,
    SYNONYMS,
    WEATHERS,
    Kind,
)

FULL_COLOURS = {**COLOURS, "grey": 0xFF8F959F}
FULL_PLACES = (*PLACES, "kitchen", "classroom", "farm", "forest", "harbour", "desert")
INDOORS = ("room", "kitchen", "classroom")
FULL_WEATHERS = (*WEATHERS, "foggy", "stormy", "clear")  # clear is the night's word for sunny
FULL_SIGN_WORDS = (*SIGN_WORDS, "TEA", "FISH", "HOTEL", "PIZZA")
TIMES = ("day", "evening", "night")
SEASONS = ("spring", "summer", "autumn", "winter")
TREE_COLOURS = {
    "spring": ("pink",), "summer": ("green",), "autumn": ("orange", "yellow"), "winter": ("white",),
    "": ("green",),
}  # fmt: skip
SEASON_PLACES = ("street", "park", "farm", "forest")
OCCASIONS = ("birthday", "wedding", "market", "match", "festival")
OCCASION_PLACES = {
    "birthday": ("room", "kitchen", "classroom", "park"),
    "wedding": ("park", "beach", "farm"),
    "market": ("street", "harbour"),
    "match": ("park", "beach"),
    "festival": ("street", "park", "harbour"),
}
STYLES = ("colour drawing", "pencil sketch", "printed poster", "black and white photo")
GREY_STYLES = ("pencil sketch", "black and white photo")
EMOTIONS = ("happy", "sad", "angry", "surprised")
ACTIVITIES = (
    "standing", "reading", "waving", "running", "jumping", "sleeping", "painting", "singing",
    "eating", "sweeping", "juggling",
)  # fmt: skip
ODDITIES = ("upside down", "floating", "giant", "three hats", "in a tree")
RELATIONS = ("on", "under", "behind")
MOST_NUMBER = 20
NUMBERED_KINDS = ("bus", "truck", "boat")
CLOCK_TIMES = tuple(f"{hour}:{minute:02d}" for hour in range(1, 13) for minute in (0, 30))

_BRIGHT = ("red", "orange", "yellow", "green", "blue", "purple", "pink")
_PAINTED = ("red", "orange", "yellow", "green", "blue", "purple", "black", "white")
_CLOTHES = (*_BRIGHT, "black", "white")
_FUR = ("orange", "brown", "black", "white", "grey")
_OUT = tuple(place for place in FULL_PLACES if place not in INDOORS)
_EATING = ("room", "kitchen", "park", "beach", "farm", "harbour")
_SITTING = ("park", "room", "beach", "kitchen", "classroom")

# What things of a kind may be made of, with the colours that such a one has.
_WOOD, _METAL, _STONE = ("brown",), ("grey",), ("grey",)
_PLASTIC = ("red", "orange", "yellow", "green", "blue", "purple", "pink")
MATERIALS: dict[str, dict[str, tuple[str, ...]]] = {
    "chair": {"wood": _WOOD, "metal": _METAL, "plastic": _PLASTIC},
    "table": {"wood": _WOOD, "stone": _STONE, "plastic": _PLASTIC},
    "bench": {"wood": _WOOD, "metal": _METAL, "stone": _STONE},
    "box": {"wood": _WOOD, "metal": _METAL, "plastic": _PLASTIC},
    "bucket": {"wood": _WOOD, "metal": _METAL, "plastic": _PLASTIC},
    "barrel": {"wood": _WOOD, "metal": _METAL, "plastic": _PLASTIC},
}
MATERIAL_NAMES = ("wood", "metal", "stone", "plastic")


def _material_colours(kind: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(c for colours in MATERIALS[kind].values() for c in colours))


_OLD_KINDS = (
    KINDS["man"]._replace(places=FULL_PLACES),
    KINDS["woman"]._replace(places=FULL_PLACES),
    Kind("boy", "boys", "people", 84, 170, _CLOTHES, FULL_PLACES),
    Kind("girl", "girls", "people", 84, 170, _CLOTHES, FULL_PLACES),
    KINDS["dog"]._replace(places=FULL_PLACES, colours=_FUR),
    KINDS["cat"]._replace(places=FULL_PLACES, colours=_FUR),
    KINDS["bird"]._replace(places=(*_OUT, "classroom")),
    KINDS["car"]._replace(places=("street", "harbour", "desert", "farm")),
    KINDS["bus"]._replace(places=("street", "harbour", "desert")),
    KINDS["bicycle"]._replace(places=("street", "park", "beach", "farm", "harbour")),
    KINDS["chair"]._replace(places=_SITTING, colours=_material_colours("chair")),
    KINDS["table"]._replace(places=_SITTING, colours=_material_colours("table")),
    KINDS["apple"]._replace(places=(*_EATING, "classroom")),
    KINDS["cake"]._replace(places=_EATING),
    KINDS["ball"]._replace(places=FULL_PLACES),
    KINDS["sign"]._replace(places=_OUT),
)
_NEW_KINDS = (
    Kind("horse", "horses", "animals", 196, 172, ("brown", "black", "white", "grey", "orange"),
         ("park", "farm", "beach", "desert", "forest")),
    Kind("cow", "cows", "animals", 190, 138, ("brown", "black", "white"), ("farm", "park")),
    Kind("sheep", "sheep", "animals", 132, 106, ("white", "black", "brown", "grey"),
         ("farm", "park")),
    Kind("pig", "pigs", "animals", 140, 96, ("pink", "brown", "black"), ("farm", "forest")),
    Kind("duck", "ducks", "animals", 96, 86, ("white", "yellow", "brown", "green"),
         ("farm", "park", "harbour", "beach")),
    Kind("fish", "fish", "animals", 104, 96, ("orange", "red", "yellow", "blue"),
         ("room", "kitchen", "classroom")),
    Kind("rabbit", "rabbits", "animals", 88, 116, ("white", "brown", "grey", "black"),
         ("park", "farm", "forest", "room")),
    Kind("camel", "camels", "animals", 200, 178, ("brown", "white", "orange"), ("desert",)),
    Kind("bear", "bears", "animals", 148, 160, ("brown", "black", "white"), ("forest",)),
    Kind("truck", "trucks", "vehicles", 270, 142, _PAINTED, ("street", "farm", "harbour")),
    Kind("tractor", "tractors", "vehicles", 192, 148, ("red", "green", "blue", "yellow", "orange"),
         ("farm",)),
    Kind("boat", "boats", "vehicles", 236, 190, _PAINTED, ("harbour", "beach")),
    Kind("bench", "benches", "furniture", 196, 104, _material_colours("bench"),
         ("park", "street", "beach", "harbour")),
    Kind("sofa", "sofas", "furniture", 226, 118, (*_BRIGHT, "brown"), ("room",)),
    Kind("lamp", "lamps", "furniture", 92, 196, ("red", "orange", "yellow", "green", "blue"),
         ("room", "kitchen", "classroom")),
    Kind("clock", "clocks", "furniture", 126, 226, ("red", "green", "blue", "black", "brown"),
         ("street", "park", "room", "harbour", "classroom", "kitchen")),
    Kind("banana", "bananas", "food", 92, 58, ("yellow", "green"), (*_EATING, "classroom")),
    Kind("carrot", "carrots", "food", 108, 54, ("orange", "purple"), _EATING),
    Kind("pumpkin", "pumpkins", "food", 96, 82, ("orange", "white", "green"),
         ("kitchen", "farm", "forest", "harbour")),
    Kind("melon", "melons", "food", 98, 72, ("green", "yellow"), _EATING),
    Kind("balloon", "balloons", "toys", 76, 196, _BRIGHT, FULL_PLACES),
    Kind("teddy", "teddies", "toys", 96, 112, ("brown", "orange", "white", "pink", "blue"),
         ("room", "classroom", "park")),
    Kind("drum", "drums", "toys", 96, 84, ("red", "green", "blue", "yellow", "purple"),
         ("room", "classroom", "park", "street")),
    Kind("tree", "trees", "plants", 172, 250, ("green", "orange", "yellow", "pink", "white"),
         ("street", "park", "farm", "harbour")),
    Kind("flower", "flowers", "plants", 68, 118, ("red", "orange", "yellow", "purple", "pink",
         "white"), FULL_PLACES),
    Kind("cactus", "cacti", "plants", 112, 168, ("green",), ("desert", "room", "classroom")),
    Kind("mushroom", "mushrooms", "plants", 92, 92, ("red", "orange", "brown", "white"),
         ("forest", "farm")),
    Kind("box", "boxes", "objects", 118, 96, _material_colours("box"), FULL_PLACES),
    Kind("bucket", "buckets", "objects", 82, 86, _material_colours("bucket"),
         ("farm", "beach", "kitchen", "harbour", "park")),
    Kind("barrel", "barrels", "objects", 96, 122, _material_colours("barrel"),
         ("farm", "harbour", "desert")),
    Kind("umbrella", "umbrellas", "objects", 190, 206, _BRIGHT,
         ("beach", "park", "street", "harbour")),
    Kind("book", "books", "objects", 92, 66, ("red", "green", "blue", "purple", "orange"),
         ("room", "classroom", "kitchen", "park")),
    Kind("gift", "gifts", "objects", 92, 98, _BRIGHT, ("room", "classroom", "kitchen", "park")),
    Kind("guitar", "guitars", "objects", 84, 200, ("brown", "red", "black", "orange", "blue"),
         ("room", "classroom", "street", "park", "beach")),
    Kind("snowman", "snowmen", "objects", 118, 178, ("white",), ("street", "park", "farm",
         "forest")),
    Kind("tent", "tents", "objects", 226, 156, ("red", "orange", "yellow", "green", "blue"),
         ("park", "forest", "desert", "beach")),
    Kind("rock", "rocks", "objects", 124, 78, ("grey", "brown"), ("park", "forest", "desert",
         "beach", "farm")),
)  # fmt: skip
FULL_KINDS = {kind.name: kind for kind in (*_OLD_KINDS, *_NEW_KINDS)}

# Who holds what, as the share of the holder's height where things stand on it.
HOLDERS = {
    "table": 0.86, "bench": 0.48, "box": 0.9, "barrel": 0.95, "rock": 0.86, "chair": 0.5,
    "sofa": 0.46, "drum": 0.9,
}  # fmt: skip
RIDERS = (
    "cat", "bird", "duck", "rabbit", "fish", "apple", "cake", "banana", "carrot", "pumpkin",
    "melon", "ball", "teddy", "flower", "box", "bucket", "book", "gift", "drum",
)  # fmt: skip
ROOFS = {"table": 0.74, "umbrella": 0.6}  # how much of its height is free beneath it
SHELTERED = ("cat", "dog", "ball", "box", "duck", "rabbit", "gift", "bucket", "teddy", "drum")
SCREENS = ("box", "barrel", "sofa", "bench", "car", "rock", "tent", "truck", "gift")
TALL_KINDS = (
    "man",
    "woman",
    "boy",
    "girl",
    "tree",
    "horse",
    "camel",
    "bear",
    "lamp",
    "clock",
    "cactus",
)

UPSIDE_DOWN_KINDS = ("car", "bus", "truck", "tractor", "bicycle", "chair", "table", "boat")
FLOATING_KINDS = ("cow", "horse", "car", "sofa", "sheep", "pig", "table", "camel", "bear", "rock")
GIANT_KINDS = ("apple", "banana", "duck", "mushroom", "teddy", "rabbit", "bird", "melon", "book")
TREE_KINDS = ("fish", "pig", "sheep", "teddy", "cake", "duck", "box")

# What decoration and props show, so that no question about it has an answer.
SHOWN_BY_OCCASION = {
    "birthday": ("balloon",), "wedding": ("flower",), "market": ("apple", "melon", "pumpkin",
    "box"), "festival": ("lamp", "balloon"), "match": (),
}  # fmt: skip
SHOWN_BY_ACTIVITY = {"reading": ("book",), "juggling": ("ball",)}
SHOWN_BY_PLACE = {"forest": ("tree",), "kitchen": ("bucket",), "classroom": ("book",)}

FULL_SYNONYMS = {
    **{kind: words for kind, words in SYNONYMS.items() if kind not in ("man", "woman")},
    "man": ("guy",), "woman": ("lady",), "boy": ("lad",), "horse": ("pony",),
    "rabbit": ("bunny",), "truck": ("lorry",), "sofa": ("couch",), "boat": ("ship",),
    "gift": ("present",), "rock": ("stone",), "bucket": ("pail",), "umbrella": ("parasol",),
    "box": ("crate",),
}  # fmt: skip
FULL_SYNONYM_PLURALS = {
    **SYNONYM_PLURALS, "lad": "lads", "pony": "ponies", "bunny": "bunnies", "lorry": "lorries",
    "couch": "couches", "ship": "ships", "present": "presents", "stone": "stones",
    "pail": "pails", "parasol": "parasols", "crate": "crates",

}  # fmt: skip

ALL_KINDS = {**KINDS, **FULL_KINDS}
ALL_COLOURS, ALL_PLACES = FULL_COLOURS, FULL_PLACES
ALL_WEATHERS, ALL_SIGN_WORDS = FULL_WEATHERS, FULL_SIGN_WORDS
