"""Deck: which pictures are traps, which come up for promotion, which are retired."""

from collections.abc import Sequence

import streamlit as st

from apps.studio.adapters import served_adapter
from apps.studio.curator import Curator
from apps.studio.ledger import Act, Column, Deed, Row, show_ledger
from apps.studio.pages.job_parts import LOOK_EVERY_S, show_job
from apps.studio.parts import part
from apps.studio.session import attempt, kept, signed_in
from apps.studio.studio import Studio, running_studio
from apps.studio.tab import hear
from apps.studio.words import say, show_notice
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
PROMOTION = "promotion"
TOLD, TOLD_PROMOTION = "deck", "deck promotion"


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
    _promote_part(deck)
    _show_images(studio, deck, account)


@st.fragment
def _curate_part(deck: str) -> None:
    account, studio = signed_in("reviewer"), running_studio()
    curator = kept(
        f"curator of {deck}",
        account,
        lambda: Curator(studio.db_path, studio.data_dir, deck, account.name, studio.shelf),
    )

    st.subheader("Proposed as traps", anchor=False)
    with st.spinner("The model looks at the picture ..."):
        shown = curator.shown()
    if shown is None:
        st.caption(
            "No picture waits. An import with annotations proposes those with at most two objects."
        )
        return
    part("curate", styles=("desk.css",))(
        key=KEY, data=shown, on_curate_change=lambda: hear(KEY, "curate", curator.handle)
    )


def _show_candidates(studio: Studio, deck: str) -> None:
    st.subheader("Up for promotion", anchor=False)
    st.caption(
        f"An ordinary picture becomes a trap once it has more than {PROMOTED_ABOVE} informative "
        "samples and a model that was trained on them is right about every one now."
    )
    with Store.open(studio.db_path) as store:
        candidates = promotion_candidates(store, deck=deck)[:SHOWN]
        learners = store.adapters.learners(one.image_id for one in candidates)
    show_ledger(
        "candidates",
        columns=CANDIDATE_COLUMNS,
        rows=[candidate_row(one, learners[one.image_id]) for one in candidates],
        none=f"No picture of this deck has more than {PROMOTED_ABOVE} informative samples yet.",
    )


@st.fragment(run_every=LOOK_EVERY_S)
def _promote_part(deck: str) -> None:
    account, studio = signed_in("reviewer"), running_studio()
    with Store.open(studio.db_path) as store:
        candidates = promotion_candidates(store, deck=deck)
        learners = store.adapters.learners(one.image_id for one in candidates)
        adapter = served_adapter(store.adapters.last_request())
    able = sorted({name for names in learners.values() for name in names})
    if not able:
        return
    if adapter is None or adapter not in able:
        say(needed_adapter_words(able, served=adapter))
        return
    show_notice(TOLD_PROMOTION)
    job = studio.jobs.look(PROMOTION, adapter)
    if job is None or not job.is_running:
        st.button(
            f"Check with '{adapter}' and promote",
            on_click=lambda: attempt(
                TOLD_PROMOTION, lambda: promote(studio, adapter, deck, by=account)
            ),
        )
    if job is not None:
        show_job(job, told=TOLD_PROMOTION)
    if job is not None and job.result is not None:
        say(f"Checked {job.result['checked']:,}, made {job.result['promoted']:,} of them traps.")


def needed_adapter_words(able: Sequence[str], *, served: str | None) -> str:
    """Which adapters pictures could be promoted for, where the served one is none of them."""
    serves = f"'{served}', which learnt none of these" if served else "the model without an adapter"
    one = "Serve" if len(able) == 1 else "Serve one of"
    names = ", ".join(f"'{name}'" for name in able)
    return (
        f"Pictures are promoted for the adapter that the game serves, and it serves {serves}. "
        f"{one} {names} on the page Adapters first."
    )


def promote(studio: Studio, adapter: str, deck: str, *, by: Account) -> str:
    """Start checking pictures with an adapter that learnt them."""
    command = ("promote_images", adapter, "--deck", deck, "--by", by.name)
    studio.jobs.start(PROMOTION, adapter, *command, begun_by=by.name)
    return "The model is loaded and asked about every sample of these pictures."


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


def candidate_row(candidate: SampledImage, learners: Sequence[str]) -> Row:
    """A candidate as a row, with the adapters that were trained on it."""
    return Row(
        candidate.image_id,
        (
            f"/picture/{candidate.image_id}",
            candidate.image_id[:12],
            f"{candidate.samples:,}",
            ", ".join(learners) or "not yet",
        ),
    )


def counts_line(images: list[DeckImage]) -> str:
    """How many pictures there are of each kind, and how unevenly they are shown."""
    in_use = [image for image in images if image.retired_utc is None]
    kinds = [f"{sum(i.taint == t for i in in_use):,} {words}" for t, words in KINDS.items()]
    retired = len(images) - len(in_use)
    most = max((image.exposures for image in images), default=0)
    times = "time" if most == 1 else "times"
    line = f"{', '.join(kinds)}, {retired:,} retired. Shown at most {most:,} {times}."
    return line if len(images) <= SHOWN else f"{line} Below: the {SHOWN} most shown."
