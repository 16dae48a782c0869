"""From samples to a dataset folder: lint, duplicates, split, report. Called by build_dataset.

Samples are read once from wherever they come, then from files: memory holds some thousand of them,
and for each picture its name, hash and group.
"""

import json
import platform
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from importlib.metadata import version
from itertools import groupby
from pathlib import Path
from typing import TextIO

import numpy as np

from gap_core.dataset.bounties import Bounty, bounties_of
from gap_core.dataset.build_config import BuildConfig
from gap_core.dataset.card import REPLAY_ON_VALIDATION, dataset_card
from gap_core.dataset.checking import CheckedPicture, LeftOut, check_pictures
from gap_core.dataset.diversity import DiversityCounter, DiversityReport, even_target
from gap_core.dataset.folders import new_folder
from gap_core.dataset.picture_groups import group_pictures
from gap_core.dataset.picture_hashes import WORDS, hash_pictures
from gap_core.dataset.sample import Sample, is_replay, record_of
from gap_core.dataset.sample_files import by_picture, read_samples, sample_line, sort_samples
from gap_core.dataset.split import split_groups
from gap_core.errors import GapError
from gap_core.hardware import commit_name
from gap_core.language import CATEGORIES

TRAIN, VALIDATION = "train.jsonl", "validation.jsonl"
LEFT_OUT, FINDINGS, ALIKE = "left_out.jsonl", "findings.jsonl", "alike_pictures.jsonl"
REPORT, CONFIG, CARD = "report.json", "config.json", "README.md"
_LIBRARIES = ("numpy", "pillow", "rapidfuzz", "scipy")

OnStep = Callable[[str], None]


@dataclass(frozen=True)
class BuildReport:
    """What became of the samples.

    Attributes:
        read: samples that came in; train and validation those that are in the dataset.
        left_out: by reason: a rule of lint, "duplicate", or replay whose picture is for validation.
        findings: by rule, also of rules that leave nothing out.
        picture_groups: of alike pictures; whole groups are on one side.
        replay: samples among those for training that are only learnt; they are left out of the
            diversity report.
        unseen_pictures: not at hand or not readable, so only their names were compared.
        by_category: samples for training and for validation.
        bounties: categories to ask players for.
        seconds: of each step.
    """

    read: int
    train: int
    validation: int
    left_out: dict[str, int]
    findings: dict[str, int]
    picture_groups: int
    replay: int
    unseen_pictures: int
    by_category: dict[str, tuple[int, int]]
    diversity: DiversityReport
    bounties: tuple[Bounty, ...]
    seconds: dict[str, float]


def build_dataset(
    samples: Iterable[Sample],
    folder: Path,
    *,
    data_dir: Path,
    config: BuildConfig,
    workers: int = 1,
    replace: bool = False,
    on_step: OnStep = lambda step: None,
) -> BuildReport:
    """Make the dataset's folder, whole or not at all.

    Args:
        samples: in any order, read once.
        folder: its name must be free, unless it is to be replaced.
        data_dir: the folder that the samples' pictures are relative to.
        config: the numbers.
        workers: processes for lint and pictures.
        replace: put it in the place of an earlier one.
        on_step: told what is done next.

    Raises:
        GapError: the folder is taken or can't be written, or no sample is left.
    """
    with new_folder(folder, replace=replace) as part:
        with tempfile.TemporaryDirectory(dir=part.parent, prefix=".build-") as scratch:
            builder = _Builder(part, Path(scratch), data_dir, config, workers, on_step)
            report = builder.build(samples)
        (part / REPORT).write_text(_json(asdict(report)), encoding="utf-8")
        (part / CONFIG).write_text(_json(_config_record(config)), encoding="utf-8")
        (part / CARD).write_text(
            dataset_card(folder.name, report, config, read_samples(part / TRAIN)), encoding="utf-8"
        )
    return report


class _Builder:
    """The steps of one build and what they hand on."""

    def __init__(
        self,
        part: Path,
        scratch: Path,
        data_dir: Path,
        config: BuildConfig,
        workers: int,
        on_step: OnStep,
    ) -> None:
        self._part, self._scratch, self._data_dir = part, scratch, data_dir
        self._config, self._workers, self._on_step = config, workers, on_step
        self._seconds: dict[str, float] = {}
        self._left_out: Counter[str] = Counter()
        self._findings: Counter[str] = Counter()
        self._diversity = DiversityCounter()
        self._replay = 0

    def build(self, samples: Iterable[Sample]) -> BuildReport:
        sorted_file, kept_file = self._scratch / "sorted.jsonl", self._scratch / "kept.jsonl"
        with self._step("sorting samples by picture"):
            read = sort_samples(samples, sorted_file)
        with self._step("hashing pictures"):
            names, hashes, unseen = self._hash(sorted_file)
        with self._step("comparing pictures"):
            roots = group_pictures(hashes, most_bits=self._config.most_bits)
            groups = {name: names[root] for name, root in zip(names, roots, strict=False)}
            self._write_alike(groups)
        with self._step("lint and duplicates"):
            counts = self._check(sorted_file, kept_file, groups)
        if not any(map(any, counts.values())):
            raise GapError(_nothing_left(read, self._left_out))
        with self._step("split"):
            chosen = split_groups(
                counts, share=self._config.validation_share, seed=self._config.seed
            )
            by_category = self._write_sides(kept_file, groups, chosen)
        sizes = Counter(roots.tolist())
        diversity = self._diversity.report(
            target=even_target(self._config.target),
            pictures=len(hashes),
            alike_pictures=sum(size for size in sizes.values() if size > 1),
        )
        return BuildReport(
            read=read,
            train=sum(train for train, _ in by_category.values()),
            validation=sum(validation for _, validation in by_category.values()),
            left_out=dict(self._left_out.most_common()),
            findings=dict(self._findings.most_common()),
            picture_groups=len(sizes) + unseen,
            replay=self._replay,
            unseen_pictures=unseen,
            by_category=by_category,
            diversity=diversity,
            bounties=bounties_of(diversity),
            seconds={step: round(seconds, 3) for step, seconds in self._seconds.items()},
        )

    @contextmanager
    def _step(self, name: str) -> Iterator[None]:
        self._on_step(name)
        began = time.perf_counter()
        yield
        self._seconds[name] = time.perf_counter() - began

    def _hash(self, file: Path) -> tuple[list[str], np.ndarray, int]:
        """Names and hashes (n, WORDS) of the pictures at hand, and how many others there are."""
        names: list[str] = []
        found: list[np.ndarray] = []
        unseen = 0
        places = _places(file)
        for one in hash_pictures(places, root=self._data_dir, workers=self._workers):
            if one.words is None:
                unseen += 1
            else:
                names.append(one.image_id)
                found.append(one.words)
        return names, np.array(found, dtype=np.uint64).reshape(-1, WORDS), unseen

    def _write_alike(self, groups: dict[str, str]) -> None:
        """Names of the pictures of each group with more than one, the largest group first."""
        together: dict[str, list[str]] = {}
        for name, first in groups.items():
            together.setdefault(first, []).append(name)
        alike = [pictures for pictures in together.values() if len(pictures) > 1]
        with _new_text(self._part / ALIKE) as file:
            for pictures in sorted(alike, key=len, reverse=True):
                file.write(json.dumps({"pictures": pictures}) + "\n")

    def _check(self, file: Path, kept_file: Path, groups: dict[str, str]) -> dict[str, list[int]]:
        """Write what is kept and what isn't; samples of each category by group of pictures."""
        counts: dict[str, list[int]] = {}
        with ExitStack() as open_files:
            kept, left_out, findings = (
                open_files.enter_context(_new_text(place))
                for place in (kept_file, self._part / LEFT_OUT, self._part / FINDINGS)
            )
            for checked in check_pictures(
                by_picture(read_samples(file)),
                keep_rules=self._config.keep_rules,
                workers=self._workers,
            ):
                self._count(checked)
                _write_rejects(checked, left_out, findings)
                for sample in checked.kept:
                    kept.write(sample_line(sample))
                    group = groups.get(sample.image_id, sample.image_id)
                    row = counts.setdefault(group, [0] * len(CATEGORIES))
                    row[CATEGORIES.index(sample.category)] += not is_replay(sample)
        return counts

    def _count(self, checked: CheckedPicture) -> None:
        self._left_out.update(one.reason for one in checked.left_out)
        self._findings.update(one.rule for one in checked.findings)
        kept = [one for one in checked.kept if not is_replay(one)]
        again = [one for one in checked.duplicates if not is_replay(one)]
        self._diversity.add_picture(kept, duplicates=len(again))

    def _write_sides(
        self, file: Path, groups: dict[str, str], chosen: frozenset[str]
    ) -> dict[str, tuple[int, int]]:
        counts = {name: [0, 0] for name in CATEGORIES}
        with (
            _new_text(self._part / TRAIN) as train,
            _new_text(self._part / VALIDATION) as held,
            (self._part / LEFT_OUT).open("a", encoding="utf-8", newline="\n") as left_out,
        ):
            for sample in read_samples(file):
                is_held = groups.get(sample.image_id, sample.image_id) in chosen
                if is_replay(sample):
                    if is_held:
                        _write_left_out(LeftOut(sample, REPLAY_ON_VALIDATION), left_out)
                        self._left_out[REPLAY_ON_VALIDATION] += 1
                        continue
                    self._replay += 1
                (held if is_held else train).write(sample_line(sample))
                counts[sample.category][is_held] += 1
        return {name: (train_n, held_n) for name, (train_n, held_n) in counts.items()}


def _places(file: Path) -> Iterator[tuple[str, str]]:
    """Id and path of each picture of a sorted file; "" where it is not at hand."""
    for image_id, together in groupby(read_samples(file), key=lambda sample: sample.image_id):
        yield image_id, next((one.image_path for one in together if one.image_path), "")


def _write_rejects(checked: CheckedPicture, left_out: TextIO, findings: TextIO) -> None:
    samples = {one.id: one for one in checked.kept}
    samples |= {one.sample.id: one.sample for one in checked.left_out}
    for one in checked.left_out:
        _write_left_out(one, left_out, twin=samples.get(one.twin_id))
    for finding in checked.findings:
        about = {"sample": record_of(samples[finding.sample_id])}
        findings.write(json.dumps(finding._asdict() | about, ensure_ascii=False) + "\n")


def _write_left_out(one: LeftOut, file: TextIO, *, twin: Sample | None = None) -> None:
    record = {"reason": one.reason, "twin_id": one.twin_id, "sample": record_of(one.sample)}
    if twin is not None:
        record["twin"] = record_of(twin)
    file.write(json.dumps(record, ensure_ascii=False) + "\n")


def _new_text(file: Path) -> TextIO:
    return file.open("x", encoding="utf-8", errors="replace", newline="\n")


def _nothing_left(read: int, left_out: Counter[str]) -> str:
    if not read or not left_out:  # or it is all replay
        return "There are no samples. Label some questions in the studio, or import a dataset."
    reasons = ", ".join(f"{reason} {count:,}" for reason, count in left_out.most_common())
    return f"None of {read:,} samples is left: {reasons}. Mend them, or keep some rules' findings."


def _config_record(config: BuildConfig) -> dict[str, object]:
    return {
        "validation_share": config.validation_share,
        "seed": config.seed,
        "keep_rules": sorted(config.keep_rules),
        "most_bits": config.most_bits,
        "target": dict(config.target),
        "commit": commit_name(),
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in _LIBRARIES},
    }


def _json(record: object) -> str:
    return json.dumps(record, indent=1, ensure_ascii=False) + "\n"
