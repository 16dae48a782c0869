# The script that measures the readers of words.
import json

import pytest
from click.testing import CliRunner

from gap_core.language.measure import measure_categories, measure_changes
from scripts.measure_language import main


@pytest.mark.long
def test_the_script_prints_shares_with_n_and_ends_in_one_json_object() -> None:
    result = CliRunner().invoke(main, [])
    assert result.exit_code == 0
    assert "held out: Counting" in result.output and "n=156" in result.output
    assert "visitors, full's further forms" in result.output and "n=288" in result.output
    assert "(basic) in visitors' words" in result.output
    assert json.loads(result.output.splitlines()[-1])["category_heldout"] > 0.75


def test_misses_are_shown_with_what_was_said_instead() -> None:
    tally = measure_categories("category_paper")["all"]
    assert (tally.right.hits, tally.right.n) == (25, 26)
    assert tally.misses == (
        "How many people are in front of the bus? -> Counting, not Spatial Relationships",
    )


def test_the_guard_is_counted_on_both_sides() -> None:
    found, passed = measure_changes()
    assert found.right.n >= 35 and passed.right.n >= 25
