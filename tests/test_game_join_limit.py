# How often one may join: generous for joining, strict for wrong event codes.
from __future__ import annotations

import httpx
import pytest

from apps.game.join_limit import (
    JOINS_OF_ALL,
    JOINS_PER_ADDRESS,
    MANY_GUESS,
    MANY_JOIN,
    WINDOW_S,
    WRONG_CODES_OF_ALL,
    WRONG_CODES_PER_ADDRESS,
    JoinLimit,
)
from apps.rates import MOST_KEPT, Rates
from tests.fixtures_game import AGREED, GameServer
from tests.fixtures_models import ScriptedModel
from tests.fixtures_play import Table


class Seconds:
    """A clock set by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


def test_a_full_stand_may_join_from_one_address(seconds: Seconds) -> None:
    limit = JoinLimit(clock=seconds)
    for _ in range(JOINS_PER_ADDRESS):
        assert limit.wait("stand") is None
        limit.count_join("stand")

    assert limit.wait("stand") == (60, MANY_JOIN)
    assert limit.wait("elsewhere") is None


def test_guessing_event_codes_is_stopped_for_one_address(seconds: Seconds) -> None:
    limit = JoinLimit(clock=seconds)
    for _ in range(WRONG_CODES_PER_ADDRESS):
        assert limit.wait("guesser") is None
        limit.count_wrong_code("guesser")
    seconds.now = WINDOW_S - 1

    assert limit.wait("guesser") == (1, MANY_GUESS)
    assert limit.wait("stand") is None
    seconds.now = WINDOW_S
    assert limit.wait("guesser") is None


@pytest.mark.parametrize(
    ("count", "most"),
    [(JoinLimit.count_join, JOINS_OF_ALL), (JoinLimit.count_wrong_code, WRONG_CODES_OF_ALL)],
)
def test_many_addresses_together_are_limited_too(seconds: Seconds, count, most) -> None:
    limit = JoinLimit(clock=seconds)
    for number in range(most):
        count(limit, f"address {number}")

    assert limit.wait("another") is not None


def test_only_so_many_addresses_are_kept() -> None:
    rates = Rates(1, window_s=60)
    for number in range(MOST_KEPT + 1):
        rates.count(str(number))

    assert (rates.wait_s("0"), rates.wait_s("1") > 0) == (0, True)


def test_who_guesses_is_told_how_long_to_wait(
    table: Table, scripted_model: ScriptedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.game.join_limit.WRONG_CODES_PER_ADDRESS", 2)
    table.event_code = "plum"
    form = {"nickname": "Ada", "consent": AGREED}
    with GameServer(table, scripted_model) as server:
        guesses = [
            httpx.post(f"{server.url}/join", data=form | {"event_code": code})
            for code in ("pear", "fig", "plum")
        ]

    assert [answer.status_code for answer in guesses] == [422, 422, 429]
    assert f"{MANY_GUESS} Wait" in guesses[2].text and 'value="Ada"' in guesses[2].text
    assert 0 < int(guesses[2].headers["retry-after"]) <= WINDOW_S


def test_wrong_code_empties_and_unticks_nothing(
    table: Table, scripted_model: ScriptedModel
) -> None:
    table.event_code = "plum"
    typed = {"nickname": "Ada", "team": "Owls", "event_code": "plumb", "consent": AGREED}
    with GameServer(table, scripted_model) as server:
        page = httpx.post(f"{server.url}/join", data=typed).text
        unticked = httpx.post(f"{server.url}/join", data=typed | {"consent": ""}).text
        german = {"accept-language": "de"}  # other words than those agreed to
        other = httpx.post(f"{server.url}/join", data=typed, headers=german).text

    assert all(f'name="{name}" value="{typed[name]}"' in page for name in typed)
    assert [" checked" in html for html in (page, unticked, other)] == [True, False, False]
    assert 'value="plumb"' in other
