# The benchmark of starting: a real game in a process of its own, played in a real browser.
import json

import pytest
from click.testing import CliRunner

from scripts.bench_start import main
from tests.fixtures_browser import CHROMIUM


@pytest.mark.browser
@pytest.mark.long
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: apt install chromium-headless-shell")
def test_first_and_later_start_end_with_an_answer():
    result = CliRunner().invoke(main, ["--times", "1"])

    assert result.exit_code == 0, result.output
    waits = json.loads(result.output.splitlines()[-1])["first_answer_s"]
    assert list(waits) == ["first start", "later start"] and min(waits.values()) > 0
    assert "first start, first answer" in result.output


@pytest.mark.browser
@pytest.mark.long
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: apt install chromium-headless-shell")
def test_game_that_does_not_open_is_told():
    result = CliRunner().invoke(main, ["--times", "1", "--model", "parrot"])

    assert result.exit_code == 1 and "The game did not open" in result.output


def test_no_start_is_refused():
    result = CliRunner().invoke(main, ["--times", "0"])

    assert result.exit_code == 1 and "Take 1 or more" in result.output
