"""Datasets as the Dataset page shows, builds, mends and exports them. Called by that page."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from apps.studio.accounts import has_role
from apps.studio.adapters import served_adapter
from apps.studio.desk import MARKS
from apps.studio.ledger import Row
from apps.studio.pictures import picture_address
from apps.studio.studio import Studio
from db import Store
from db.labeling_records import LabelVerdict
from gap_core.dataset.build_config import BuildConfig, read_targets
from gap_core.dataset.built import Duplicate, FoundIn, read_report
from gap_core.dataset.findings import RULES
from gap_core.dataset.folders import MANIFEST
from gap_core.dataset.lint import lint_sample
from gap_core.dataset.mending import is_imported, is_mended, mend_sample
from gap_core.dataset.places import IMPORTS, checked_name, dataset_names, dataset_place
from gap_core.dataset.sample import Sample
from gap_core.errors import GapError
from gap_core.labeling import Account, LabelEntry
from gap_core.play.dealing import new_id
from gap_core.scoring.shares import Share
from gap_core.settings import edition_for
from gap_core.training.registry import adapter_place

BUILD, EXPORT, IMPORT = "dataset", "export", "import"
ANSWER, LEAVE_OUT = "answer", "leave out"
LABEL_WAYS = {ANSWER: "this is right", **MARKS}
IMPORT_WAYS = {ANSWER: "this is right", LEAVE_OUT: "leave the sample out"}


class Build(NamedTuple):
    """What a dataset is built from and how, as it was chosen."""

    name: str
    with_labels: bool
    imports: Collection[str]
    validation_share: float
    seed: int
    keep: Collection[str]
    targets: str
    is_replaced: bool
    replay: int = 0


class Brought(NamedTuple):
    """A file of another tool, as it was named."""

    source: str
    format_name: str
    name: str
    pictures: str
    licence: str
    without_pictures: bool
    is_replaced: bool


def start_import(studio: Studio, brought: Brought, *, by: Account) -> str:
    """Bring in a file or folder of this machine.

    Raises:
        GapError: the account is no administrator's, or nothing was named.
    """
    if not has_role(by, "administrator"):
        raise GapError("Files of this machine are named by administrators. Ask one.")
    if not brought.source.strip():
        raise GapError("No file was named. Give a file, or the folder of an export.")
    source = str(Path(brought.source.strip()).expanduser().absolute())
    command = ["import_dataset", source, "--name", brought.name]
    command += ["--format", brought.format_name, "--licence", brought.licence or "unknown"]
    if brought.pictures.strip():
        command += ["--pictures", str(Path(brought.pictures.strip()).expanduser().absolute())]
    command += ["--without-pictures"] * brought.without_pictures
    command += ["--replace"] * brought.is_replaced
    studio.jobs.start(IMPORT, brought.name, *command, begun_by=by.name, needs_db=False)
    return f"Import '{brought.name}' is being read."


def start_build(studio: Studio, build: Build, *, by: Account) -> str:
    """Build a dataset in a process of its own.

    Raises:
        GapError: the name is taken, nothing was chosen, or a target can't be read or meant.
    """
    targets = [line.strip() for line in build.targets.splitlines() if line.strip()]
    BuildConfig(
        build.validation_share,
        build.seed,
        keep_rules=frozenset(build.keep),
        target=read_targets(targets),
    )
    if not build.with_labels and not build.imports:
        raise GapError("Nothing was chosen to build from. Take accepted labels, or an import.")
    _check_free(studio, build.name, is_replaced=build.is_replaced)
    command = ["build_dataset", "--name", build.name, "--seed", str(build.seed)]
    command += ["--validation-share", str(build.validation_share)]
    command += ["--no-labels"] * (not build.with_labels) + ["--replace"] * build.is_replaced
    command += _replay_options(studio, build.replay)
    for option, values in (
        ("--imported", build.imports), ("--keep", build.keep), ("--target", targets),
    ):  # fmt: skip
        for value in values:
            command += [option, value]
    studio.jobs.start(BUILD, build.name, *command, begun_by=by.name)
    return f"Dataset '{build.name}' is being built."


def _replay_options(studio: Studio, replay: int) -> list[str]:
    """So much replay, answered by the model that plays, with the adapter that is served."""
    if not replay:
        return []
    model = studio.shelf.answerer_name
    options = ["--replay", str(replay), "--model", model]
    with Store.open(studio.db_path) as store:
        served = served_adapter(store.adapters.last_request())
        known = None if served is None else store.adapters.get(served)
        if known is not None and known.model == model:
            place = adapter_place(store, known.name, data_dir=studio.data_dir)
            options += ["--adapter", str(place.resolve())]
    return options


def start_drawing(
    studio: Studio, name: str, *, samples: int, seed: int, is_replaced: bool, by: Account
) -> str:
    """Draw scenes and make a dataset of their truth, to try training without players.

    Raises:
        GapError: the name is taken.
    """
    _check_free(studio, name, is_replaced=is_replaced)
    command = ["draw_dataset", "--name", name, "--samples", str(samples), "--seed", str(seed)]
    command += ["--edition", edition_for(studio.shelf.answerer_name)]
    command += ["--replace"] * is_replaced
    studio.jobs.start(BUILD, name, *command, begun_by=by.name, needs_db=False)
    return f"Scenes are drawn for dataset '{name}'."


def _check_free(studio: Studio, name: str, *, is_replaced: bool) -> None:
    if not is_replaced and dataset_place(studio.data_dir, name).exists():
        raise GapError(f"There is a dataset '{name}' already. Choose another name, or replace it.")


def start_export(studio: Studio, name: str, format_name: str, *, by: Account) -> str:
    """Write the dataset for another tool, in the place of an earlier export."""
    command = ("export_dataset", checked_name(name), "--format", format_name, "--replace")
    studio.jobs.start(EXPORT, f"{name}-{format_name}", *command, begun_by=by.name, needs_db=False)
    return "It is being written."


def dataset_rows(studio: Studio) -> list[Row]:
    """Every dataset, the last built first."""
    return [dataset_row(dataset_place(studio.data_dir, n)) for n in dataset_names(studio.data_dir)]


def dataset_row(folder: Path) -> Row:
    """A dataset with its numbers, as far as it tells them."""
    built = datetime.fromtimestamp((folder / MANIFEST).stat().st_mtime, UTC)
    try:
        report = read_report(folder)
    except GapError:
        return Row(folder.name, (folder.name, "", "", "", "can't be read", ""))
    cells = (
        folder.name,
        f"{report['train']:,}",
        f"{report['validation']:,}",
        f"{sum(report['left_out'].values()):,}",
        f"{sum(report['findings'].values()):,}",
        f"{built:%Y-%m-%d %H:%M} UTC",
    )
    return Row(folder.name, cells)


def finding_row(studio: Studio, found: FoundIn, *, keep_rules: Collection[str]) -> Row:
    """A finding with its rule, and whether it was mended since."""
    finding, sample = found
    rule = RULES[finding.rule]
    is_out = rule.leaves_out and finding.rule not in keep_rules
    state = "left out" if is_out else "told only"
    if was_mended(studio, sample):
        state = "mended since"
    cells = (
        picture_of(sample),
        f"{finding.rule}: {rule.says}",
        finding.words,
        sample.question,
        sample.answer,
        state,
    )
    is_mendable = own_label(studio, sample) is not None or is_imported(sample)
    return Row(finding_id(found), cells, ("mend",) if is_mendable else ())


def picture_of(sample: Sample) -> str:
    """The address of its picture; empty where that is not at hand."""
    return picture_address(sample.image_id) if sample.image_path else ""


def finding_id(found: FoundIn) -> str:
    """Names a finding within its dataset."""
    return f"{found.finding.rule} {found.finding.where} {found.sample.id}"


def duplicate_row(found: Duplicate) -> Row:
    """A sample that was left out beside the one that stayed."""
    sample, twin = found
    cells = (
        picture_of(sample),
        sample.question,
        sample.answer,
        twin.question,
        twin.answer,
    )
    return Row(sample.id, cells)


def own_label(studio: Studio, sample: Sample) -> int | None:
    """The final label of the question that the sample is about, if it was asked here."""
    known = sample.provenance
    if known.item_id is None or known.turn_id is None:
        return None
    label = studio.workbench.final_label(known.item_id, turn_id=known.turn_id)
    return None if label is None else label.id


def was_mended(studio: Studio, sample: Sample) -> bool:
    """Whether somebody mended the sample after the dataset was built."""
    label_id = own_label(studio, sample)
    if label_id is not None:
        return label_id != sample.provenance.label_id
    return is_mended(sample, imports=studio.data_dir / IMPORTS)


def ways_of(studio: Studio, sample: Sample) -> dict[str, str]:
    """How the sample can be mended: an own label as on the Label page, an import more simply."""
    return LABEL_WAYS if own_label(studio, sample) is not None else IMPORT_WAYS


def has_own_question(studio: Studio, sample: Sample) -> bool:
    """Whether its question is a player's of this game, whose words nobody changes."""
    return own_label(studio, sample) is not None


def mend(
    studio: Studio,
    sample: Sample,
    *,
    way: str,
    answer: str,
    category: str,
    by: Account,
    question: str | None = None,
) -> str:
    """Mend a sample; says what lint still finds.

    Args:
        studio: that it is mended in.
        sample: of the dataset.
        way: one of `ways_of` it.
        answer: what is right, where the way is "answer".
        category: of the thirteen.
        by: who mends it.
        question: to ask instead; only of what came out of a file. None leaves it.

    Raises:
        GapError: it can't be mended so, or not by this account.
    """
    if way not in ways_of(studio, sample):
        raise GapError(f"'{way[:40]}' is no way to mend this sample. Choose one that is offered.")
    text = answer if way == ANSWER else ""
    asked = question if text else None
    if has_own_question(studio, sample):
        if asked not in (None, sample.question):
            raise GapError("A player's question stays as it was asked. Mark it, or leave it.")
        _mend_label(studio, sample, way, text, category, by)
    else:
        imports = studio.data_dir / IMPORTS
        if way == ANSWER and not text.strip():
            raise GapError("The answer is empty. Type what is right, or leave the sample out.")
        sample = mend_sample(
            sample,
            answer=text,
            category=category,
            imports=imports,
            mended_by=by.name,
            question=asked,
        )
    return " ".join(("Mended. Build the dataset again to take it in.", *_still(sample, text)))


def _mend_label(
    studio: Studio, sample: Sample, way: str, text: str, category: str, by: Account
) -> None:
    verdict: LabelVerdict = next(known for known in LABEL_WAYS if known == way)  # type: ignore[assignment]
    entry = LabelEntry(verdict, text, category)
    item_id = sample.provenance.item_id or 0
    studio.workbench.mend_label(item_id, by.id, entry, key=new_id())


def _still(sample: Sample, text: str) -> Iterable[str]:
    found = lint_sample(replace(sample, answer=text)) if text else ()
    if found:
        yield f"Lint still finds: {', '.join(sorted({one.rule for one in found}))}."


def share_in(record: Any) -> Share:
    """A share as a report keeps it."""
    return Share(*record)


def category_lines(report: Mapping[str, Any]) -> list[tuple[str, Share, float]]:
    """Category, its share, and the share that it should have."""
    return [
        (line["category"], share_in(line["share"]), line["target"])
        for line in report["diversity"]["categories"]
    ]


def split_table(report: Mapping[str, Any]) -> list[tuple[str, int, int]]:
    """Category, samples for training, samples for validation."""
    return [(name, *counts) for name, counts in report["by_category"].items()]


def spread_words(what: str, spread: Mapping[str, Any] | None) -> str:
    """How samples are spread over pictures or players."""
    if spread is None:
        return f"No sample names its {what}."
    most = share_in(spread["most_share"])
    return (
        f"{spread['n']:,} {what}s, as if {spread['effective']:.1f} had as many samples each; "
        f"the one with most has {spread['most']:,}: {most}."
    )
