# What passes between a page and its browser, under Streamlit's AppTest.

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from streamlit.testing.v1 import AppTest

from apps.studio.tab import Notice, Tab

PRESS = {"does": "end", "id": "7", "pressed_ms": 12.5}


def hear() -> None:
    import streamlit as st

    from apps.studio.tab import hear

    done: list[object] = []
    hear("table", "act", done.append)
    st.session_state["done"] = done


def hear_and_keep() -> None:
    import streamlit as st

    from apps.studio.tab import hear, this_tab

    def act(words: dict[str, str]) -> None:
        st.session_state.clear()  # whoever looks into it now finds nothing
        this_tab().kept["shown"] = words["id"]

    tab = this_tab()
    hear("table", "act", act)
    st.session_state["kept"] = tab.kept


def show() -> None:
    from apps.studio.words import show_notice

    show_notice("deck")


def run_with(page: AppTest, words: object) -> AppTest:
    page.session_state["table"] = {"act": words}
    return page.run()


def shown(page: AppTest) -> list[str]:
    return [part.proto.body for part in page.run().get("html")]


def test_a_press_that_arrives_twice_is_done_once() -> None:
    page = AppTest.from_function(hear)
    again = PRESS | {"pressed_ms": 14.0}
    presses = (PRESS, dict(PRESS), again, dict(again))
    done = [run_with(page, words).session_state["done"] for words in presses]
    assert done == [[PRESS], [], [again], []]


def test_what_is_done_for_a_press_has_the_tab_at_hand() -> None:
    page = run_with(AppTest.from_function(hear_and_keep), PRESS)
    assert not page.exception and page.session_state["kept"] == {"shown": "7"}


def test_a_press_that_arrives_while_it_is_done_waits_for_it() -> None:
    tab, steps = Tab(), list[str]()
    press, is_first = tab.hear("table", "act", PRESS)
    page = AppTest.from_function(hear)
    page.session_state["gap tab"] = tab

    def arrive_again() -> None:
        assert run_with(page, dict(PRESS)).session_state["done"] == []
        steps.append("arrived")

    with ThreadPoolExecutor(1) as pool:
        again = pool.submit(arrive_again)
        time.sleep(0.3)
        steps.append("done")
        press.is_done.set()
        again.result()
    assert is_first and steps == ["done", "arrived"]


@pytest.mark.parametrize("words", [None, "end", [PRESS], 7])
def test_what_is_no_message_is_not_heard(words: object) -> None:
    assert run_with(AppTest.from_function(hear), words).session_state["done"] == []


def test_a_notice_outlives_a_run_that_comes_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    page, tab = AppTest.from_function(show), Tab(notices={"deck": Notice("It is <b>retired</b>.")})
    page.session_state["gap tab"] = tab
    (words,) = shown(page)
    assert "It is &lt;b&gt;retired&lt;/b&gt;." in words
    assert shown(page) == [words]
    monkeypatch.setattr("apps.studio.words.READ_AFTER_S", 0.0)
    assert shown(page) == [] and tab.notices == {}
