"""What experiments are made of: play, label, build, train, evaluate, all the product's own parts.

Called by the experiments, one file each.
"""

import shutil
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import asdict
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from db import Store
from db.truth_store import TRUTH_FILE, TruthStore, TurnTruth
from gap_core.dataset.build_config import BuildConfig
from gap_core.dataset.building import build_dataset
from gap_core.dataset.labels import accepted_samples
from gap_core.dataset.places import dataset_place
from gap_core.dataset.sample import Sample, is_replay
from gap_core.dataset.sample_files import read_samples
from gap_core.decks.deal import POCKET_DECK
from gap_core.errors import GapError
from gap_core.evaluation.contenders import Contender
from gap_core.evaluation.evaluating import evaluate
from gap_core.evaluation.items import Item
from gap_core.evaluation.judges import factual_judge
from gap_core.evaluation.report import Evaluation
from gap_core.experiments.run import Outcome
from gap_core.experiments.scale import Scale
from gap_core.scoring.rates import ModelErrors
from gap_core.scoring.shares import share_of
from gap_core.training.replay import replay_samples
from models.base import VisionModel
from models.measured import MeasuredErrors, read_measured
from models.registry import load_model

MODEL, DECK, DATASET, DATA = "pocket", POCKET_DECK, "gap", "data"
DB = "gap.db"
SECRET = b"an experiment keeps no secrets: its players are simulated"

OnStep = Callable[[str, int, int], None]


class Playtest(Protocol):
    """Whole sessions through the game's handlers; scripts/simulate_playtest.py has one."""

    def __call__(  # noqa: D102 (as simulate_playtest says)
        self,
        model: VisionModel,
        *,
        folder: Path,
        population: str,
        players: int,
        sessions: int,
        seed: int,
        pictures: tuple[int, int],
        deck: str,
        world: str | None,
        errors: MeasuredErrors | None,
        keeps_truth: bool,
        evening: int,
    ) -> dict[str, Any]: ...


class Evening(NamedTuple):
    """A playtest that goes on from an earlier one's data: the same deck, the same crowd again."""

    number: int
    before: Path
    promoted: int


class Sides(NamedTuple):
    """A dataset's samples: what is learnt, with replay in it, and what is only asked."""

    train: list[Sample]
    validation: list[Sample]


def model_errors(model: str = MODEL) -> ModelErrors:
    """A model's epsilon and delta, as scoring takes them."""
    found = read_measured(model)
    return ModelErrors(found.honest_wrong, found.told_right, found.measured_on or None)


def load_pupil(pupil: str, adapter: Path | None) -> VisionModel:
    """The model that learns, with an adapter or without."""
    return load_model(pupil, adapter=adapter)


def play(
    playtest: Playtest,
    data_dir: Path,
    scale: Scale,
    *,
    adapter: Path | None,
    later: Evening | None = None,
) -> Outcome:
    """A playtest from nothing, or from a copy of an earlier one; what a killed one left goes."""
    shutil.rmtree(data_dir, ignore_errors=True)
    tainted, untainted = scale.pictures
    if later is not None:
        shutil.copytree(later.before, data_dir)
        # Nothing is dealt in the place of pictures that are traps now.
        tainted, untainted = tainted + later.promoted, untainted - later.promoted
    report = playtest(
        load_pupil(MODEL, adapter),
        folder=data_dir,
        population=scale.population,
        players=scale.players,
        sessions=scale.sessions,
        seed=scale.seed,
        pictures=(tainted, untainted),
        deck=DECK,
        world=scale.world,
        errors=read_measured(MODEL),
        keeps_truth=True,
        evening=0 if later is None else later.number,
    )
    return {name: str(value) for name, value in report.items()} | untainted_errors(data_dir)


def copy_played(before: Path, data_dir: Path) -> Outcome:
    """An earlier playtest as it was left, to be labeled in another way; replaces data_dir."""
    shutil.rmtree(data_dir, ignore_errors=True)
    shutil.copytree(before, data_dir)
    return untainted_errors(data_dir)


def untainted_errors(
    data_dir: Path, *, before: Path | None = None, but: Collection[str] = ()
) -> Outcome:
    """How often the model erred on pictures that are no traps, by the scene graphs.

    Args:
        data_dir: of a playtest.
        before: data that it went on from; what was asked there is not counted again.
        but: pictures that are left out.
    """
    known = {} if before is None else _truths(before)
    with Store.open(data_dir / DB) as store:
        honest = {
            turn.turn_id for turn in store.replay.untainted_answers() if turn.image_id not in but
        }
    erred = [
        truth.model_erred
        for turn_id, truth in _truths(data_dir).items()
        if turn_id in honest and turn_id not in known and truth.model_erred is not None
    ]
    return {"untainted_errors": list(share_of(sum(erred), len(erred)))}


def ordinary_pictures(data_dir: Path) -> set[str]:
    """The ids of the deck's pictures that are no traps now."""
    with Store.open(data_dir / DB) as store:
        return {image.id for image in store.images.in_deck(DECK, taint="untainted")}


def _truths(data_dir: Path) -> dict[str, TurnTruth]:
    with TruthStore.open(data_dir / TRUTH_FILE) as truths:
        return truths.turns()


def samples_of(data_dir: Path) -> list[Sample]:
    """The samples of the accepted labels."""
    with Store.open(data_dir / DB) as store:
        return list(accepted_samples(store, secret=SECRET))


def build(
    data_dir: Path,
    samples: Iterable[Sample],
    *,
    replay: int,
    scale: Scale,
    on_step: OnStep,
    adapter: Path | None = None,
    name: str = DATASET,
) -> Outcome:
    """A dataset of these samples with so much replay among them, answered by what played."""
    model, by = Contender(MODEL, adapter).load()
    with Store.open(data_dir / DB) as store:
        again = replay_samples(
            store,
            model,
            by=by,
            data_dir=data_dir,
            secret=SECRET,
            most=replay,
            seed=scale.seed,
            on_answered=partial(on_step, "replay"),
        )
    report = build_dataset(
        chain(samples, again),
        dataset_place(data_dir, name),
        data_dir=data_dir,
        config=BuildConfig(scale.validation_share, scale.seed),
        replace=True,
    )
    sides_of(data_dir, name)  # refuses one without a label
    return {
        "train": report.train,
        "train_labels": report.train - report.replay,
        "validation_labels": report.validation,
        "left_out": report.left_out,
        "picture_groups": report.picture_groups,
    }


def sides_of(data_dir: Path, name: str = DATASET) -> Sides:
    """Both sides of a dataset; what is learnt has replay in it.

    Raises:
        GapError: one side holds no label.
    """
    folder = dataset_place(data_dir, name)
    train, validation = (list(read_samples(folder / f"{side}.jsonl")) for side in Sides._fields)
    if not validation or all(map(is_replay, train)):
        raise GapError(
            f"The dataset at '{folder}' has no label on one of its sides. Let more players play, "
            "or more sessions."
        )
    return Sides(train, validation)


def train(
    folder: Path,
    samples: Sequence[Sample],
    validation: Sequence[Sample],
    *,
    data_dir: Path,
    scale: Scale,
    on_step: OnStep,
    pupil: str = MODEL,
    name: str = "experiment",
) -> Outcome:
    """A LoRA adapter of the pupil; its folder and what the run says of itself."""
    from gap_core.training.config import made_config
    from gap_core.training.train import train_adapter

    config = made_config(
        name=name,
        model=pupil,
        targets="all",
        rank=scale.rank,
        alpha=2.0 * scale.rank,
        learning_rate=scale.learning_rate,
        epochs=scale.epochs,
        batch=scale.batch,
        seed=scale.seed,
        held_back_share=0.0,
        evaluate_every_steps=None,
        checkpoint_every_steps=50,
        keep="last",
        strength=scale.strength,
    )
    result = train_adapter(
        config,
        samples,
        folder,
        data_dir=data_dir,
        validation=validation,
        on_measured=lambda measured: on_step("training", measured.step, measured.steps),
    )
    if result.adapter is None:
        raise GapError("Training was stopped. Run the experiment again, and it goes on.")
    told = {"steps": result.step, "loss": result.loss, "seconds": result.seconds}
    return told | {"adapter": str(result.adapter.relative_to(folder)), "learnt": result.learnt}


def items_of(samples: Sequence[Sample]) -> list[Item]:
    """What is asked of samples whose pictures are at hand."""
    return [
        Item(one.image_id, one.image_path, one.question, one.answer, one.category)
        for one in samples
        if one.image_path is not None
    ]


def score(
    data_dir: Path,
    items: Sequence[Item],
    *,
    adapter: Path | None,
    on_step: OnStep,
    pupil: str = MODEL,
) -> Evaluation:
    """The factual scorer on what the pupil says, with an adapter or without."""
    model, by = Contender(pupil, adapter).load()
    with Store.open(data_dir / DB) as store:
        return evaluate(
            store,
            items,
            model=model,
            by=by,
            judges=[factual_judge()],
            data_dir=data_dir,
            on_step=on_step,
        )


def plain(record: Any) -> Any:
    """Named tuples and dataclasses of figures as JSON holds them."""
    if hasattr(record, "__dataclass_fields__"):
        return {name: plain(value) for name, value in asdict(record).items()}
    if isinstance(record, tuple) and hasattr(record, "_asdict"):
        return {name: plain(value) for name, value in record._asdict().items()}
    if isinstance(record, dict):
        return {name: plain(value) for name, value in record.items()}
    return record
