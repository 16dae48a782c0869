# What a report says of hand-made samples, and which bounties follow.
from __future__ import annotations

import pytest

from gap_core.dataset.bounties import bounties_of
from gap_core.dataset.diversity import DiversityCounter, DiversityReport, even_target
from gap_core.dataset.sample import Provenance
from gap_core.errors import GapError
from tests.fixtures_dataset import made_sample


def counted(counting: int, others: int, target: dict[str, float] | None = None) -> DiversityReport:
    counter = DiversityCounter()
    for n in range(counting + others):
        category = "Counting" if n < counting else "Object Recognition"
        question = "How many dogs?" if n < counting else "What is on the table?"
        player = Provenance(player=f"p{n % 2}")
        counter.add_picture(
            [made_sample(str(n), category=category, question=question, provenance=player)],
            duplicates=1 if n < 5 else 0,
        )
    return counter.report(target=even_target(target), pictures=counting + others, alike_pictures=0)


def test_report_counts_what_it_is_given() -> None:
    report = counted(77, 23)
    (line,) = [one for one in report.categories if one.category == "Counting"]
    assert (line.share.hits, line.share.n, line.target) == (77, 100, pytest.approx(1 / 13))
    assert [(one.opening, one.share.hits) for one in report.openings] == [
        ("how many", 77), ("what is", 23)
    ]  # fmt: skip
    assert (report.duplicates.hits, report.duplicates.n) == (5, 105)
    assert (report.alike_pictures.hits, report.alike_pictures.n) == (0, 100)
    assert report.players is not None
    assert (report.players.n, report.players.most, report.players.effective) == (2, 50, 2.0)


def test_effective_number_is_that_of_the_busiest_where_one_does_all() -> None:
    counter = DiversityCounter()
    counter.add_picture([made_sample(str(n)) for n in range(9)], duplicates=0)
    counter.add_picture([made_sample("other", image_id="p2")], duplicates=0)
    report = counter.report(target=even_target(), pictures=2, alike_pictures=0)
    assert report.pictures.effective == pytest.approx(100 / 82)
    assert report.players is None


def test_bounties_are_the_shortest_categories_first() -> None:
    target = {"Counting": 0.5, "Object Recognition": 0.4, "Text Recognition": 0.1}
    bounties = bounties_of(counted(90, 10, target))
    assert [(one.category, one.samples, one.missing) for one in bounties] == [
        ("Text Recognition", 0, 12), ("Object Recognition", 10, 50)
    ]  # fmt: skip
    assert {one.xp_factor for one in bounties} == {2}
    assert (10 + 50) / (100 + 50) == 0.4


def test_what_chance_would_explain_gives_no_bounty() -> None:
    target = {"Counting": 0.5, "Object Recognition": 0.5}
    assert bounties_of(counted(6, 4, target)) == ()


def test_no_samples_give_no_bounty() -> None:
    assert bounties_of(counted(0, 0)) == ()


def test_targets_given_leave_the_rest_to_the_others() -> None:
    target = even_target({"Counting": 0.4})
    assert target["Counting"] == 0.4
    assert target["Text Recognition"] == pytest.approx(0.05)
    assert sum(target.values()) == pytest.approx(1.0)


def test_target_of_an_unknown_category_is_refused() -> None:
    with pytest.raises(GapError, match="Category 'Cats'"):
        even_target({"Cats": 0.1})
