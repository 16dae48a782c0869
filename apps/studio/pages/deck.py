"""Deck: which pictures are traps, which come up for promotion, which are retired."""

import streamlit as st

from apps.studio.curator import Curator
from apps.studio.ledger import Act, Column, Deed, Row, show_ledger
from apps.studio.parts import part
from apps.studio.session import attempt, kept, signed_in
from apps.studio.studio import Studio, running_studio
from apps.studio.words import show_notice
from db import Store
from db.curation_records import DeckImage, SampledImage
from gap_core.decks.curation import decide_image
from gap_core.decks.promotion import PROMOTED_ABOVE, promotion_candidates
from gap_core.labeling import Account

KEY = "curate"
SHOWN = 100
KINDS = {"tainted": "trap", "untainted": "ordinary", "proposed": "proposed"}
COLUMNS = (Column("", "picture"), Column("Picture"), Column("Kind"), Column("Shown", "number"))
DEEDS = {
    "retired": Deed("Retire", "Retire", asks="Why, then Enter"),
    "restored": Deed("Restore"),
}
CANDIDATE_COLUMNS = (
    Column("", "picture"),
    Column("Picture"),
    Column("Informative samples", "number"),
    Column("Trained on"),
)
TOLD = "deck"


def show() -> None:
    """The page."""
    account, studio = signed_in("reviewer"), running_studio()
    with Store.open(studio.db_path) as store:
        decks = store.curation.decks()
    st.title("Deck", anchor=False)
    if not decks:
        st.write("There is no deck yet. Start the game once, or import pictures.")
        return
    first = decks.index(studio.deck) if studio.deck in decks else 0
    deck = st.selectbox("Deck", decks, index=first, width=300)
    show_notice(TOLD)
    _curate_part(deck)
    _show_candidates(studio, deck)
    _show_images(studio, deck, account)


@st.fragment
def _curate_part(deck: str) -> None:
    account, studio = signed_in("reviewer"), running_studio()
    curator = kept(
        f"curator of {deck}",
        account,
        lambda: Curator(studio.db_path, studio.data_dir, deck, account.name, studio.shelf),
    )

    def handle() -> None:
        words = st.session_state[KEY].get("curate")
        if isinstance(words, dict):
            curator.handle(words)

    st.subheader("Proposed as traps", anchor=False)
    with st.spinner("The model looks at the picture ..."):
        shown = curator.shown()
    if shown is None:
        st.caption(
            "No picture waits. An import with annotations proposes those with at most two objects."
        )
        return
    part("curate", styles=("desk.css",))(key=KEY, data=shown, on_curate_change=handle)


def _show_candidates(studio: Studio, deck: str) -> None:
    st.subheader("Up for promotion", anchor=False)
    st.caption(
        f"An ordinary picture becomes a trap once it has more than {PROMOTED_ABOVE} informative "
        "samples and the model has been trained on them."
    )
    with Store.open(studio.db_path) as store:
        candidates = promotion_candidates(store, deck=deck)
    show_ledger(
        "candidates",
        columns=CANDIDATE_COLUMNS,
        rows=[candidate_row(candidate) for candidate in candidates[:SHOWN]],
        none=f"No picture of this deck has more than {PROMOTED_ABOVE} informative samples yet.",
    )


def _show_images(studio: Studio, deck: str, account: Account) -> None:
    with Store.open(studio.db_path) as store:
        images = store.curation.images(deck)
    st.subheader("Pictures", anchor=False)
    st.caption(counts_line(images))

    def decide(act: Act) -> str:
        with Store.open(studio.db_path) as store:
            decide_image(
                store,
                act.id,
                deck=deck,
                decision=act.does,  # type: ignore[arg-type]
                decided_by=account.name,
                reason=act.reason,
            )
        return f"Picture {act.id[:12]} is {act.does}."

    show_ledger(
        "images",
        columns=COLUMNS,
        rows=[image_row(image) for image in images[:SHOWN]],
        deeds=DEEDS,
        none="The deck is empty.",
        do=lambda act: attempt(TOLD, lambda: decide(act)),
    )


def image_row(image: DeckImage) -> Row:
    """A picture as a row."""
    is_retired = image.retired_utc is not None
    kind = "retired" if is_retired else KINDS[image.taint]
    return Row(
        image.image_id,
        (f"/picture/{image.image_id}", image.image_id[:12], kind, f"{image.exposures:,}"),
        ("restored" if is_retired else "retired",),
    )


def candidate_row(candidate: SampledImage) -> Row:
    """A candidate as a row; promotion itself comes with training."""
    return Row(
        candidate.image_id,
        (
            f"/picture/{candidate.image_id}",
            candidate.image_id[:12],
            f"{candidate.samples:,}",
            "not yet",
        ),
    )


def counts_line(images: list[DeckImage]) -> str:
    """How many pictures there are of each kind, and how unevenly they are shown."""
    in_use = [image for image in images if image.retired_utc is None]
    kinds = [f"{sum(i.taint == t for i in in_use):,} {words}" for t, words in KINDS.items()]
    retired = len(images) - len(in_use)
    most = max((image.exposures for image in images), default=0)
    line = f"{', '.join(kinds)}, {retired:,} retired. Shown at most {most:,} times."
    return line if len(images) <= SHOWN else f"{line} Below: the {SHOWN} most shown."
