"""Dealing the pocket decks: pictures drawn from the pocket world. Called when the game starts.

Simple scenes are the tainted set, crowded ones the untainted; the scene graphs, which hold the
truth, go into a table that play and scoring never read.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from db import Store
from db.records import DrawnImage, ImageRecord, Taint
from gap_core.decks.pictures import save_picture
from gap_core.pocket_world import (
    EDITIONS,
    SIMPLE_THINGS,
    Edition,
    Scene,
    render_scene,
    sample_scene,
    scene_from_json,
    scene_to_json,
)
from gap_core.settings import DECKS

POCKET_DECK = DECKS["basic"]
DRAWN_DECKS = {deck: EDITIONS[name] for name, deck in DECKS.items()}  # what pictures may hold
DEALER = "pocket world"
FIRST_SEED = 900_000_000  # far from the seeds that models are trained and measured on
# As many of one kind as of the other: half of what is shown is traps, so fewer traps than other
# pictures would come back sooner, and whoever saw a picture twice would know it for a trap.
EACH_KIND = 400
FIRST_OF_EACH = 10  # enough to begin to play; the rest is drawn beside the game
_UNTAINTED_OFFSET = 1_000_000  # from the first seed of the simple scenes

OnProgress = Callable[[int, int], None]


@dataclass(frozen=True)
class DealReport:
    """What dealing did: pictures added, pictures drawn again, and what the deck holds now."""

    added: int
    restored: int
    tainted: int
    untainted: int


def deal_pocket_deck(
    store: Store,
    *,
    data_dir: Path,
    deck: str = POCKET_DECK,
    tainted: int = EACH_KIND,
    untainted: int = EACH_KIND,
    seed: int = FIRST_SEED,
    ordinary: Edition | None = None,
    on_progress: OnProgress | None = None,
) -> DealReport:
    """Draw what a pocket deck lacks, and nothing if it lacks nothing.

    Both kinds grow alike: with fewer of one kind to show, those would come back sooner, and whoever
    saw a picture twice would know its kind. Each picture goes in by itself, so that an interrupted
    deal goes on where it stopped. Pictures whose file was removed are drawn again.

    Args:
        store: where pictures and deck are recorded.
        data_dir: the folder the pictures go to.
        deck: one of `DRAWN_DECKS`, whose edition says what its pictures may hold.
        tainted: how many simple pictures the deck is to hold.
        untainted: how many crowded ones.
        seed: of the first scene; the same seed deals the same deck.
        ordinary: what those of the untainted kind may hold instead; about the others the model
            must be right.
        on_progress: told how many of how many pictures are done.

    Raises:
        GapError: the data folder can't be written.
    """
    restored = _restore_lost(store, deck, data_dir)
    lacking: dict[Taint, int] = {
        "tainted": max(0, tainted - store.images.count(deck, taint="tainted")),
        "untainted": max(0, untainted - store.images.count(deck, taint="untainted")),
    }
    total, done = sum(lacking.values()), 0
    dealt = set(store.images.scene_graphs(deck)) if total else set()
    own = DRAWN_DECKS[deck]
    others, others_seed = ordinary or own, seed + _UNTAINTED_OFFSET
    fresh: dict[Taint, Iterator[Scene]] = {
        "tainted": _fresh_scenes(dealt, things=SIMPLE_THINGS, seed=seed, edition=own),
        "untainted": _fresh_scenes(
            dealt, things=own.crowded_things, seed=others_seed, edition=others
        ),
    }
    while done < total:
        taint = max(lacking, key=lacking.__getitem__)
        if _add_scene(store, next(fresh[taint]), deck=deck, taint=taint, data_dir=data_dir):
            lacking[taint] -= 1
            done += 1
            if on_progress is not None:
                on_progress(done, total)
    return DealReport(
        added=done,
        restored=restored,
        tainted=store.images.count(deck, taint="tainted"),
        untainted=store.images.count(deck, taint="untainted"),
    )


def _fresh_scenes(
    dealt: set[str], *, things: tuple[int, int], seed: int, edition: Edition
) -> Iterator[Scene]:
    fewest, most = things
    for number in count():
        count_of_things = fewest + number % (most - fewest + 1)
        scene = sample_scene(seed + number, things=count_of_things, edition=edition)
        if scene_to_json(scene) not in dealt:
            yield scene


def _add_scene(store: Store, scene: Scene, *, deck: str, taint: Taint, data_dir: Path) -> bool:
    picture = render_scene(scene)
    place = save_picture(picture, data_dir=data_dir)
    now = datetime.now(UTC)
    image = ImageRecord(
        id=Path(place).stem,
        path=place,
        width_px=picture.width,
        height_px=picture.height,
        source="pocket",
        licence="Apache-2.0",
        origin=None,
        added_utc=now,
    )
    with store.transaction():
        store.images.add(image, graph_json=scene_to_json(scene))
        return store.images.put_in_deck(
            image.id, deck=deck, taint=taint, decided_by=DEALER, decided=now
        )


def is_begun(store: Store, deck: str, *, data_dir: Path) -> bool:
    """Whether a pocket deck holds the first pictures of each kind, and none has lost its file."""
    taints: tuple[Taint, ...] = ("tainted", "untainted")
    has_first = all(store.images.count(deck, taint=taint) >= FIRST_OF_EACH for taint in taints)
    return has_first and not any(_lost(store, deck, data_dir))


def _lost(store: Store, deck: str, data_dir: Path) -> Iterator[DrawnImage]:
    """Pictures whose file is not there."""
    return (one for one in store.images.drawn(deck) if not (data_dir / one.path).is_file())


def _restore_lost(store: Store, deck: str, data_dir: Path) -> int:
    restored = 0
    for drawn in _lost(store, deck, data_dir):
        place = save_picture(render_scene(scene_from_json(drawn.graph_json)), data_dir=data_dir)
        restored += place == drawn.path  # another place: the drawing code has changed since
    return restored
