"""A pocket deck dealt for a simulation, with what is true of its pictures. Called by scripts."""

from pathlib import Path

from db import Store
from gap_core.decks.deal import POCKET_DECK, deal_pocket_deck
from gap_core.pocket_world import Scene, scene_from_json


def deal_scenes(folder: Path, *, tainted: int, untainted: int) -> dict[str, Scene]:
    """Deal so many pictures into the folder's gap.db; the scene of each by its file's stem."""
    folder.mkdir(parents=True, exist_ok=True)
    with Store.open(folder / "gap.db") as store:
        deal_pocket_deck(store, data_dir=folder, tainted=tainted, untainted=untainted)
        drawn = store.images.drawn(POCKET_DECK)
    return {Path(image.path).stem: scene_from_json(image.graph_json) for image in drawn}
