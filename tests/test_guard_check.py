# The guard of refinements against the pocket world's scene graph.
from gap_core.evaluation.guard_check import check_guard
from gap_core.pocket_world.edition import BASIC, FULL


def test_the_guard_stops_false_rewritings_and_passes_harmless_ones() -> None:
    for edition in (BASIC, FULL):
        report = check_guard(edition, scenes=10, seed=4)
        assert min(report.passed.share.n, report.stopped.share.n) >= 100
        assert report.stopped.share.mean >= 0.97 and report.passed.share.mean >= 0.97


def test_a_guard_that_finds_nothing_is_counted_as_stopping_nothing(monkeypatch) -> None:
    # A check that could not fail would prove nothing.
    monkeypatch.setattr("gap_core.evaluation.guard_check.changed_facts", lambda *a, **k: ())
    report = check_guard(BASIC, scenes=3)
    assert (report.passed.share.mean, report.stopped.share.mean) == (1.0, 0.0)
    assert len(report.misses) == report.stopped.share.n
