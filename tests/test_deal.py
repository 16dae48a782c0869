# The pocket deck: dealt once, gone on with after an interruption, the same from the same seed.
from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from db import Store
from gap_core.decks.deal import DRAWN_DECKS, DealReport, deal_pocket_deck
from gap_core.pocket_world import FULL, scene_from_json


def dealt(store: Store, data_dir: Path, **options: object) -> DealReport:
    return deal_pocket_deck(store, data_dir=data_dir, **{"tainted": 2, "untainted": 3} | options)


@pytest.mark.parametrize(
    ("deck", "things"), [("pocket", [1, 2, 3, 4, 5]), ("pocket-full", [1, 2, 13, 14, 15])]
)
def test_deck_holds_simple_and_crowded_scenes(
    store: Store, tmp_path: Path, deck: str, things: list[int]
) -> None:
    report = dealt(store, tmp_path, deck=deck)
    assert report == DealReport(added=5, restored=0, tainted=2, untainted=3)
    counts = [len(scene_from_json(text).things) for text in store.images.scene_graphs(deck)]
    assert sorted(counts) == things


def test_ordinary_pictures_may_be_of_another_edition(store: Store, tmp_path: Path) -> None:
    dealt(store, tmp_path, ordinary=FULL)
    graphs = [scene_from_json(text) for text in store.images.scene_graphs("pocket")]
    editions = sorted((len(graph.things) > 2, graph.edition) for graph in graphs)
    assert editions == [(False, "basic")] * 2 + [(True, "full")] * 3


def test_second_deal_draws_nothing(store: Store, tmp_path: Path) -> None:
    dealt(store, tmp_path)
    seen: list[tuple[int, int]] = []
    report = dealt(store, tmp_path, on_progress=lambda done, total: seen.append((done, total)))
    assert (report.added, seen) == (0, [])


def test_interrupted_deal_goes_on_where_it_stopped(store: Store, tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        dealt(store, tmp_path, on_progress=stop)
    assert dealt(store, tmp_path).added == 2


@pytest.mark.parametrize("begun", [{"tainted": 0, "untainted": 0}, {"tainted": 3, "untainted": 1}])
def test_both_kinds_grow_alike(store: Store, tmp_path: Path, begun: dict[str, int]) -> None:
    def stop(done: int, total: int) -> None:
        if done == total - 2:
            raise KeyboardInterrupt

    dealt(store, tmp_path, **begun)
    with pytest.raises(KeyboardInterrupt):
        dealt(store, tmp_path, tainted=4, untainted=4, on_progress=stop)
    assert [store.images.count("pocket", taint=kind) for kind in ("tainted", "untainted")] == [3, 3]


def test_same_seed_deals_the_same_pictures(tmp_path: Path) -> None:
    for name in ("one", "two"):
        with Store.open(tmp_path / name / "gap.db") as store:
            dealt(store, tmp_path / name)
    one, two = (sorted(file.name for file in (tmp_path / n).rglob("*.png")) for n in ("one", "two"))
    assert len(one) == 5 and one == two


def test_removed_picture_is_drawn_again(store: Store, tmp_path: Path) -> None:
    dealt(store, tmp_path)
    lost = next(tmp_path.rglob("*.png"))
    before = lost.read_bytes()
    lost.unlink()
    assert dealt(store, tmp_path).restored == 1
    assert lost.read_bytes() == before


def test_each_drawn_deck_holds_scenes_of_its_own_edition(store: Store, tmp_path: Path) -> None:
    for deck, edition in DRAWN_DECKS.items():
        dealt(store, tmp_path, deck=deck)
        graphs = [scene_from_json(graph) for graph in store.images.scene_graphs(deck)]
        assert [graph.edition for graph in graphs] == [edition.name] * 5


def test_picture_lost_from_one_deck_is_not_drawn_for_another(store: Store, tmp_path: Path) -> None:
    dealt(store, tmp_path)
    next(tmp_path.rglob("*.png")).unlink()
    assert dealt(store, tmp_path, deck="pocket-full").restored == 0
    assert dealt(store, tmp_path).restored == 1


def test_nothing_but_pictures_is_left_in_the_folder(store: Store, tmp_path: Path) -> None:
    dealt(store, tmp_path)
    files = [file for file in (tmp_path / "images").rglob("*") if file.is_file()]
    assert len(files) == 5 and all(file.suffix == ".png" for file in files)


def test_pocket_deck_has_as_many_traps_as_other_pictures() -> None:
    # With 200 and 400, whatever came back first was a trap.
    defaults = inspect.signature(deal_pocket_deck).parameters
    assert defaults["tainted"].default == defaults["untainted"].default >= 400
