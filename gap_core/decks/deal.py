"""Dealing the pocket deck: pictures drawn from the pocket world. Called when the game starts.

Simple scenes are the tainted set, crowded ones the untainted; the scene graphs, which hold the
truth, go into a table that play and scoring never read.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from db import Store
from db.records import ImageRecord, Taint
from gap_core.decks.pictures import save_picture
from gap_core.pocket_world import (
    BASIC,
    Edition,
    Scene,
    render_scene,
    sample_scene,
    scene_from_json,
    scene_to_json,
)

POCKET_DECK = "pocket"
DEALER = "pocket world"
FIRST_SEED = 900_000_000  # far from the seeds that models are trained and measured on
SIMPLE = (1, 2)
CROWDED = (3, 9)
# As many of one kind as of the other: half of what is shown is traps, so fewer traps than other
# pictures would come back sooner, and whoever saw a picture twice would know it for a trap.
EACH_KIND = 400
PARTS: tuple[tuple[Taint, tuple[int, int], int], ...] = (
    ("tainted", SIMPLE, 0),  # set, fewest and most things, first seed after `seed`
    ("untainted", CROWDED, 1_000_000),
)

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
    tainted: int = EACH_KIND,
    untainted: int = EACH_KIND,
    seed: int = FIRST_SEED,
    traps: Edition = BASIC,
    ordinary: Edition = BASIC,
    on_progress: OnProgress | None = None,
) -> DealReport:
    """Draw what the pocket deck lacks, and nothing if it lacks nothing.

    Each picture goes in by itself, so that an interrupted deal goes on where it stopped. Pictures
    whose file was removed are drawn again.

    Args:
        store: where pictures and deck are recorded.
        data_dir: the folder the pictures go to.
        tainted: how many simple pictures the deck is to hold.
        untainted: how many crowded ones.
        seed: of the first scene; the same seed deals the same deck.
        traps: what the scenes of the tainted kind may hold; the model must be right about them.
        ordinary: what the others may hold.
        on_progress: told how many of how many pictures are done.

    Raises:
        GapError: the data folder can't be written.
    """
    restored = _restore_lost(store, data_dir)
    lacking: dict[Taint, int] = {
        "tainted": max(0, tainted - store.images.count(POCKET_DECK, taint="tainted")),
        "untainted": max(0, untainted - store.images.count(POCKET_DECK, taint="untainted")),
    }
    total, done = sum(lacking.values()), 0
    dealt = set(store.images.scene_graphs(POCKET_DECK)) if total else set()
    editions: dict[Taint, Edition] = {"tainted": traps, "untainted": ordinary}
    for taint, things, offset in PARTS:
        fresh = _fresh_scenes(dealt, things=things, seed=seed + offset, edition=editions[taint])
        while lacking[taint] > 0:
            if _add_scene(store, next(fresh), taint=taint, data_dir=data_dir):
                lacking[taint] -= 1
                done += 1
                if on_progress is not None:
                    on_progress(done, total)
    return DealReport(
        added=done,
        restored=restored,
        tainted=store.images.count(POCKET_DECK, taint="tainted"),
        untainted=store.images.count(POCKET_DECK, taint="untainted"),
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


def _add_scene(store: Store, scene: Scene, *, taint: Taint, data_dir: Path) -> bool:
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
            image.id, deck=POCKET_DECK, taint=taint, decided_by=DEALER, decided=now
        )


def _restore_lost(store: Store, data_dir: Path) -> int:
    restored = 0
    for drawn in store.images.drawn(POCKET_DECK):
        if not (data_dir / drawn.path).is_file():
            place = save_picture(render_scene(scene_from_json(drawn.graph_json)), data_dir=data_dir)
            restored += place == drawn.path  # another place: the drawing code has changed since
    return restored
