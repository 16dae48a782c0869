# Decisions on a deck's pictures: kept with their reasons, and what they change for players.
from __future__ import annotations

from collections.abc import Iterator

import pytest

from db import Store
from db.curation_records import DeckImage
from gap_core.decks.curation import decide_image, describe_image
from gap_core.errors import GapError
from tests.fixtures_models import ScriptedModel
from tests.fixtures_play import DECK, Table


@pytest.fixture
def deck(table: Table) -> Iterator[Store]:
    with table.store() as store:
        yield store


def image(store: Store, *, taint: str) -> DeckImage:
    return next(image for image in store.curation.images(DECK) if image.taint == taint)


def decide(store: Store, image_id: str, decision: str, reason: str = "blurred") -> None:
    decide_image(
        store,
        image_id,
        deck=DECK,
        decision=decision,
        decided_by="Rita",
        reason=reason,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("decision", "taint"),
    [("approved", "tainted"), ("rejected", "untainted"), ("promoted", "tainted")],
)
def test_a_decision_changes_what_the_picture_is(deck: Store, decision: str, taint: str) -> None:
    other = "untainted" if taint == "tainted" else "tainted"
    chosen = image(deck, taint=other).image_id
    decide(deck, chosen, decision)
    kinds = {image.image_id: image.taint for image in deck.curation.images(DECK)}
    assert kinds[chosen] == taint


def test_every_decision_is_kept_with_its_reason(deck: Store) -> None:
    chosen = image(deck, taint="untainted").image_id
    decide(deck, chosen, "retired", " too \n dark ")
    decide(deck, chosen, "restored", "")
    kept = deck.curation.decisions(DECK, image_id=chosen)
    assert [(d.decision, d.reason, d.decided_by) for d in kept] == [
        ("retired", "too dark", "Rita"), ("restored", "", "Rita"),
    ]  # fmt: skip


def test_decisions_can_not_be_rewritten(deck: Store) -> None:
    decide(deck, image(deck, taint="untainted").image_id, "retired")
    with pytest.raises(Exception, match="append only"):
        deck.connection.rows("UPDATE deck_decisions SET reason = 'other'")


@pytest.mark.parametrize("decision", ["rejected", "retired"])
def test_taking_a_picture_away_needs_a_reason(deck: Store, decision: str) -> None:
    chosen = image(deck, taint="tainted")
    with pytest.raises(GapError, match="without a reason"):
        decide(deck, chosen.image_id, decision, "  ")
    assert deck.curation.decisions(DECK, image_id=chosen.image_id) == []


def test_a_picture_of_another_deck_is_refused(deck: Store) -> None:
    with pytest.raises(GapError, match="holds no picture 'feed'"):
        decide(deck, "feed", "approved")


def test_a_retired_picture_is_dealt_to_nobody(table: Table) -> None:
    with table.store() as store:
        retired = image(store, taint="untainted").image_id
        decide(store, retired, "retired")
        dealt = store.images.pick(DECK, player_id="new", tainted=False, limit=100)
        assert retired not in [picked.image_id for picked in dealt] and len(dealt) == 13
        assert store.images.count(DECK, taint="untainted") == 13


def test_a_restored_picture_is_dealt_again(table: Table) -> None:
    with table.store() as store:
        chosen = image(store, taint="untainted").image_id
        decide(store, chosen, "retired")
        decide(store, chosen, "restored")
        assert store.images.count(DECK, taint="untainted") == 14


def test_exposures_count_what_players_saw(table: Table) -> None:
    player = table.started()
    shown = table.rounds(player)[0].image_id
    with table.store() as store:
        counts = {image.image_id: image.exposures for image in store.curation.images(DECK)}
    assert counts[shown] == 1 and sum(counts.values()) == 1


def test_a_description_is_asked_for_once(table: Table) -> None:
    model = ScriptedModel(default="A red square.")
    with table.store() as store:
        chosen = image(store, taint="untainted").image_id
        for _ in range(2):
            described = describe_image(store, chosen, model=model, data_dir=table.data_dir)
    assert described.text == "A red square." and len(model.calls) == 1


def test_a_picture_without_its_file_is_explained(table: Table) -> None:
    with table.store() as store:
        chosen = image(store, taint="untainted")
        (table.data_dir / chosen.path).unlink()
        with pytest.raises(GapError, match="is missing from"):
            describe_image(store, chosen.image_id, model=ScriptedModel(), data_dir=table.data_dir)


def test_proposed_pictures_come_one_after_another(deck: Store) -> None:
    rows = "UPDATE deck_images SET taint = 'proposed' WHERE taint = 'untainted'"
    deck.connection.rows(rows)
    first = deck.curation.next_proposed(DECK)
    assert first is not None
    second = deck.curation.next_proposed(DECK, after=first.image_id)
    assert second is not None and second.image_id > first.image_id
    decide(deck, second.image_id, "approved")
    third = deck.curation.next_proposed(DECK, after=first.image_id)
    assert third is not None and third.image_id not in (first.image_id, second.image_id)


def test_no_proposed_picture_is_none(deck: Store) -> None:
    assert deck.curation.next_proposed(DECK) is None
