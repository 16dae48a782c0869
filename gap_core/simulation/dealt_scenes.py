"""A pocket deck dealt for a simulation, with what is true of its pictures.

Called by scripts and simulated visitors.
"""

from pathlib import Path

from db import Store
from gap_core.decks.deal import POCKET_DECK, OnProgress, deal_pocket_deck
from gap_core.pocket_world import BASIC, Edition, Scene, scene_from_json


def deal_scenes(
    folder: Path,
    *,
    tainted: int,
    untainted: int,
    world: Edition = BASIC,
    on_progress: OnProgress | None = None,
) -> dict[str, Scene]:
    """Deal so many pictures into the folder's gap.db; the scene of each by its file's stem.

    The ordinary pictures are of the world. Traps are always of the basic one: on them the model
    must be right.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with Store.open(folder / "gap.db") as store:
        deal_pocket_deck(
            store,
            data_dir=folder,
            tainted=tainted,
            untainted=untainted,
            ordinary=world,
            on_progress=on_progress,
        )
        return drawn_scenes(store)


def drawn_scenes(store: Store) -> dict[str, Scene]:
    """The scene of each picture of the pocket deck, by its file's stem."""
    return {
        Path(image.path).stem: scene_from_json(image.graph_json)
        for image in store.images.drawn(POCKET_DECK)
    }
