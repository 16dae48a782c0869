"""Curation of a deck: proposed pictures one after another. Called by the Deck page."""

from dataclasses import dataclass
from pathlib import Path

from apps.studio.desk import Words
from apps.studio.model_shelf import ModelShelf
from apps.studio.refusals import REFUSALS
from db import Store
from db.curation_records import DeckDecision, DeckImage
from gap_core.decks.curation import decide_image, describe_image

DECISIONS: dict[str, DeckDecision] = {"approve": "approved", "reject": "rejected"}


@dataclass
class Curator:
    """One reviewer's curation of one deck in one browser tab.

    Attributes:
        name: of the reviewer, kept with each decision.
        after: the picture to go on from.
    """

    db_path: Path
    data_dir: Path
    deck: str
    name: str
    shelf: ModelShelf
    after: str = ""
    notice: str = ""

    def handle(self, words: Words) -> None:
        """One thing that the reviewer did, as the browser tells it."""
        self.notice = ""
        image_id, does = str(words.get("image", "")), words.get("does")
        try:
            if does in DECISIONS:
                self._decide(image_id, DECISIONS[str(does)], str(words.get("reason", "")))
        except REFUSALS as refusal:
            self.notice = str(refusal)
        else:
            self.after = image_id

    def _decide(self, image_id: str, decision: DeckDecision, reason: str) -> None:
        with Store.open(self.db_path) as store:
            decide_image(
                store,
                image_id,
                deck=self.deck,
                decision=decision,
                decided_by=self.name,
                reason=reason,
            )

    def shown(self) -> Words | None:
        """What the browser gets; None where no picture waits for a decision."""
        with Store.open(self.db_path) as store:
            image = store.curation.next_proposed(self.deck, after=self.after)
            waiting = store.images.count(self.deck, taint="proposed")
            if image is None:
                return None
            return {
                "image": image.image_id,
                "picture": f"/picture/{image.image_id}",
                "counts": f"{waiting:,} waiting",
                **self._described(store, image),
                "notice": self.notice,
            }

    def _described(self, store: Store, image: DeckImage) -> Words:
        try:
            model = self.shelf.answerer()
            found = describe_image(store, image.image_id, model=model, data_dir=self.data_dir)
        except REFUSALS as refusal:
            self.notice = self.notice or str(refusal)
            return {"said": "", "model": ""}
        return {"said": found.text, "model": found.model}
