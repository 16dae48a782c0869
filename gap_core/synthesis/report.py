"""What a run has come to: items by state, reasons, calls, and each check's pass rate.

Called by scripts.synthesize and the studio.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from db import Store
from db.synthesis_records import FINISHED, ItemState, SynthesisRun
from gap_core.language.tally import ClusterTally
from gap_core.scoring.shares import Share
from gap_core.synthesis.model_checks import CHECKS
from gap_core.synthesis.records import Checks, Subject


@dataclass(frozen=True)
class RunReport:
    """Where a run stands.

    Attributes:
        states: items by state.
        reasons: items refused and given up, by state and reason.
        replies, failures: calls with and without a reply.
        misses: replies that could not be used, by step and reason.
        checks: the share of items that passed each check among those it could be told of; items
            on one picture count as one cluster.
        unscored: by check, items of which it could not be told.
    """

    states: dict[ItemState, int]
    reasons: dict[tuple[ItemState, str], int]
    replies: int
    failures: int
    misses: dict[tuple[str, str], int]
    checks: dict[str, Share]
    unscored: dict[str, int]

    @property
    def is_whole(self) -> bool:
        """Whether every item has come to its end."""
        return sum(self.states[state] for state in FINISHED) == sum(self.states.values())


def report_of(store: Store, run: SynthesisRun) -> RunReport:
    """Where the run stands now."""
    tallies = {name: ClusterTally() for name in CHECKS}
    unscored = dict.fromkeys(CHECKS, 0)
    for item in store.synthesis.items(run.id, states=("accepted", "refused")):
        subject = Subject.model_validate_json(item.subject_json)
        for result in Checks.model_validate_json(item.checks_json or "{}").results:
            if result.passed is None:
                unscored[result.name] += 1
            else:
                cluster = subject.image_id or item.place
                tallies[result.name].add(cluster, is_hit=result.passed)
    replies, failures = store.synthesis.call_counts(run.id)
    return RunReport(
        states=store.synthesis.state_counts(run.id),
        reasons=store.synthesis.reason_counts(run.id),
        replies=replies,
        failures=failures,
        misses=store.synthesis.miss_counts(run.id),
        checks={name: tally.share for name, tally in tallies.items()},
        unscored=unscored,
    )


def report_lines(report: RunReport) -> list[str]:
    """The report for people."""
    states = ", ".join(
        f"{count:,} {state.replace('_', ' ')}" for state, count in report.states.items()
    )
    lines = [states, f"{report.replies:,} replies, {report.failures:,} calls without one"]
    for (state, reason), count in report.reasons.items():
        lines.append(f"{state.replace('_', ' ')}, {reason}: {count:,}")
    for (step, reason), count in report.misses.items():
        lines.append(f"reply not used, {step}, {reason}: {count:,}")
    for name, share in report.checks.items():
        missing = report.unscored[name]
        lines.append(f"{name}: {share}" + (f", {missing} not told" if missing else ""))
    return lines


def report_json(report: RunReport) -> str:
    """The report as one JSON object."""
    return json.dumps(
        {
            "states": report.states,
            "reasons": {f"{state}: {reason}": n for (state, reason), n in report.reasons.items()},
            "replies": report.replies,
            "failures": report.failures,
            "misses": {f"{step}: {reason}": n for (step, reason), n in report.misses.items()},
            "checks": {name: share._asdict() for name, share in report.checks.items()},
            "unscored": report.unscored,
        }
    )
