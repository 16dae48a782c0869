"""Models evaluated on a dataset, one after another. Called by evaluate_model and the studio."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from db import Store
from db.evaluation_records import AnsweredBy
from gap_core.dataset.places import dataset_place
from gap_core.evaluation.answering import answered_by
from gap_core.evaluation.evaluating import OnStep, evaluate, keep_report
from gap_core.evaluation.items import Side, dataset_items
from gap_core.evaluation.judges import open_judges
from gap_core.evaluation.report import Evaluation
from gap_core.play.game import utc_now
from models.base import VisionModel
from models.fingerprint import adapter_fingerprint, weights_fingerprint
from models.registry import load_model

BASE = "base"


class Contender(NamedTuple):
    """A model, as `load_model` takes it."""

    model: str
    adapter: Path | None = None
    quantize: str | None = None
    device: str = "auto"

    def load(self) -> tuple[VisionModel, AnsweredBy]:
        """The model, and what its answers are kept under.

        Raises:
            ModelError: it can't be loaded.
        """
        model = load_model(
            self.model, adapter=self.adapter, quantize=self.quantize, device=self.device
        )
        by = answered_by(
            model,
            weights=weights_fingerprint(self.model),
            adapter=adapter_fingerprint(self.adapter),
        )
        return model, by


def rival_of(contender: Contender, name: str, adapter: Path | None) -> Contender:
    """Whom to compare with: a model by name, or "base" for the same one."""
    model = contender.model if name == BASE else name
    return contender._replace(model=model, adapter=adapter)


def evaluate_on_dataset(
    store: Store,
    contenders: Sequence[Contender],
    *,
    dataset: str,
    side: Side,
    judges: Sequence[str],
    data_dir: Path,
    on_step: OnStep,
) -> list[Evaluation]:
    """Each contender's evaluation, whose report is kept; compare two with `report.compare`.

    Raises:
        GapError: no such dataset, nobody would judge, or a picture is missing.
        ModelError: a model or judge can't be loaded, or can't answer.
    """
    items = dataset_items(dataset_place(data_dir, dataset), side)
    opened = open_judges(judges, store=store, clock=utc_now)
    evaluations = []
    for contender in contenders:
        model, by = contender.load()
        found = evaluate(
            store,
            items,
            model=model,
            by=by,
            judges=opened,
            data_dir=data_dir,
            on_step=on_step,
        )
        keep_report(store, found, dataset=dataset, side=side)
        evaluations.append(found)
    return evaluations
