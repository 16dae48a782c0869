"""A pocket deck dealt for a simulation, with what is true of its pictures.

Called by scripts and simulated visitors.
"""

from pathlib import Path

from db import Store
from gap_core.decks.deal import POCKET_DECK, OnProgress, deal_pocket_deck
from gap_core.pocket_world import Edition, Scene, scene_from_json


def deal_scenes(
    folder: Path,
    *,
    tainted: int,
    untainted: int,
    deck: str = POCKET_DECK,
    ordinary: Edition | None = None,
    on_progress: OnProgress | None = None,
) -> dict[str, Scene]:
    """Deal so many pictures of each kind into the folder's gap.db; the scene of each by file stem.

    See `deal_pocket_deck`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with Store.open(folder / "gap.db") as store:
        deal_pocket_deck(
            store,
            data_dir=folder,
            deck=deck,
            tainted=tainted,
            untainted=untainted,
            ordinary=ordinary,
            on_progress=on_progress,
        )
        return drawn_scenes(store, deck)


def drawn_scenes(store: Store, deck: str = POCKET_DECK) -> dict[str, Scene]:
    """The scene of each picture of a pocket deck, by its file's stem."""
    return {
        Path(image.path).stem: scene_from_json(image.graph_json)
        for image in store.images.drawn(deck)
    }
