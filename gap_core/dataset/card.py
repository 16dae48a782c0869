"""The card that goes with every dataset and export: what it is and what is known of it.

Called by building and export.
"""

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from gap_core.dataset.build_config import BuildConfig
from gap_core.dataset.findings import RULES
from gap_core.dataset.sample import Sample, is_replay
from gap_core.scoring.shares import Share

if TYPE_CHECKING:
    from gap_core.dataset.building import BuildReport

_MOST_LISTED = 20
REPLAY_ON_VALIDATION = "replay on validation pictures"
_REPLAY = (
    " {:,} of those for training are replay, so that the model does not forget: questions about "
    "pictures that it is taken to be right about, with its own answers. Shares leave them out."
)
_REASONS = {
    "duplicate": "Its question was asked before.",
    REPLAY_ON_VALIDATION: "What it is about is only asked.",
}


def dataset_card(
    name: str, report: "BuildReport", config: BuildConfig, samples: Iterable[Sample]
) -> str:
    """The card of a built dataset, in Markdown.

    Args:
        name: of the dataset.
        report: of its build.
        config: of its build.
        samples: some of them, whose licences and models are listed.
    """
    licences, models = _sources(samples)
    parts = [
        f"# {_plain(name)}",
        "Questions on which a vision-language model was wrong, with the right answers, collected "
        "by playing against it (GAP, arXiv 2410.04038).",
        f"{report.train:,} samples for training, {report.validation:,} for validation. No picture, "
        "and no picture that looks like it, is on both sides. "
        f"Seed {config.seed}, validation share {config.validation_share}."
        + (_REPLAY.format(report.replay) if report.replay else ""),
        "## Categories\n\n" + _category_table(report),
        "## How diverse\n\n" + _diversity_lines(report),
        "## Left out\n\n" + _left_out_lines(report),
        "## Pictures and models\n\n"
        + _counted("licence of the picture", licences)
        + "\n"
        + _counted("model that was wrong", models),
        "## Files\n\n`train.jsonl` and `validation.jsonl`: a sample a line, with where it came "
        "from; players and labelers are keyed hashes. `left_out.jsonl`: what is not in it and why. "
        "`findings.jsonl`: what lint found. `report.json`: this report. `config.json`: how to make "
        "it again. `manifest.json`: sha256 of each file.",
    ]
    return "\n\n".join(parts) + "\n"


def _sources(samples: Iterable[Sample]) -> tuple[Counter[str], Counter[str]]:
    licences: Counter[str] = Counter()
    models: Counter[str] = Counter()
    for sample in samples:
        licences[sample.licence] += 1
        made = sample.provenance
        if is_replay(sample):
            continue
        models[
            f"{made.model} with {made.adapter}" if made.adapter else made.model or "unknown"
        ] += 1
    return licences, models


def _category_table(report: "BuildReport") -> str:
    lines = [
        "| category | training | validation | share (95% interval) | target |",
        "|---|--:|--:|---|--:|",
    ]
    for line in report.diversity.categories:
        train, validation = report.by_category[line.category]
        lines.append(
            f"| {line.category} | {train:,} | {validation:,} | {_share(line.share)} "
            f"| {line.target:.3f} |"
        )
    return "\n".join(lines)


def _diversity_lines(report: "BuildReport") -> str:
    found = report.diversity
    lines = [
        f"- {found.pictures.n:,} pictures, as diverse as {found.pictures.effective:,.0f} with "
        f"equally many samples; at most {found.pictures.most} samples a picture.",
        f"- Pictures that look like another one: {_share(found.alike_pictures)}.",
        f"- Questions asked before about the same picture: {_share(found.duplicates)}.",
    ]
    if found.players is not None:
        lines.append(
            f"- {found.players.n:,} players, as diverse as {found.players.effective:,.0f} with "
            f"equally many samples; the busiest gave {_share(found.players.most_share)}."
        )
    openings = ", ".join(
        f"“{_plain(line.opening)}” {_share(line.share)}" for line in found.openings[:8]
    )
    lines.append(f"- Openings: {openings}.")
    for bounty in report.bounties:
        lines.append(
            f"- Short of {bounty.category}: {bounty.missing:,} more would reach the target."
        )
    return "\n".join(lines)


def _left_out_lines(report: "BuildReport") -> str:
    if not report.left_out:
        return f"Nothing of {report.read:,} samples."
    lines = [f"Of {report.read:,} samples:", ""]
    for reason, count in report.left_out.items():
        says = RULES[reason].says if reason in RULES else _REASONS[reason]
        lines.append(f"- {reason}: {count:,}. {says}")
    return "\n".join(lines)


def _counted(what: str, counts: Counter[str]) -> str:
    listed = [f"{_plain(name)} ({count:,})" for name, count in counts.most_common(_MOST_LISTED)]
    return f"- {what}: {', '.join(listed) or 'none'}"


def _share(share: Share) -> str:
    if share.mean is None:
        return "not measured, n=0"
    return f"{share.mean:.3f} [{share.low:.3f}, {share.high:.3f}], n={share.n:,}"


def _plain(text: str) -> str:
    """A text that came from somebody, without what Markdown or a page takes for commands."""
    return "".join(one if one.isalnum() or one in " .,:;-_+/()?" else " " for one in text).strip()
