# A model that hangs or crashes is replaced while the game goes on; nobody waits for ever.
from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence

import pytest
from PIL import Image

from gap_core.care import model_worker
from gap_core.care.model_worker import ModelWorker, WatchedModel, hung_error
from models.base import Ask, PictureReader, Request
from models.errors import ModelError
from tests.fixtures_models import ScriptedModel
from tests.waiting import wait_until

ASK = Ask(Image.new("RGB", (8, 8)), "What is this?", "Answer.")


class HangingModel(ScriptedModel):
    """Takes a question and says nothing until `released`, in `serve` or already in `prepare`."""

    def __init__(self, *, hangs_in: str) -> None:
        super().__init__()
        self.hangs_in = hangs_in
        self.released = threading.Event()

    def prepare(self, ask: Ask) -> Ask:
        if self.hangs_in == "prepare":
            self.released.wait(timeout=60)
        return ask

    def serve(self, take: Callable[[int], Sequence[Request]]) -> None:
        requests = take(0)
        if requests:
            self.released.wait(timeout=60)
        for request in requests:
            request.set_text("too late")


class Shelf:
    """Gives out the models that a test put on it, then sound ones."""

    def __init__(self, *models: ScriptedModel | Exception) -> None:
        self.models = list(models)

    def __call__(self) -> ScriptedModel:
        model = self.models.pop(0) if self.models else ScriptedModel()
        if isinstance(model, Exception):
            raise model
        return model


@pytest.fixture(params=["serve", "prepare"])
def hanging(request: pytest.FixtureRequest) -> Iterator[HangingModel]:
    model = HangingModel(hangs_in=request.param)
    yield model
    model.released.set()


def worker(
    *models: ScriptedModel | Exception, on_open: Callable[[object], None] = lambda model: None
) -> ModelWorker:
    return ModelWorker(Shelf(*models), on_open=on_open, hung_after_s=0.2, look_every_s=0.02)


def answer(to: ModelWorker, player_id: str = "ada") -> str:
    return list(to.submit(ASK, player_id=player_id).updates())[-1].text


def test_hanging_model_is_replaced_and_its_player_may_ask_again(hanging: HangingModel) -> None:
    with worker(hanging) as running:
        with pytest.raises(ModelError, match="hung and is being restarted"):
            answer(running)
        wait_until(lambda: running.restarts == 1)

        assert answer(running) == "There is a red car."


def test_who_waited_behind_the_hanging_answer_is_told_too(hanging: HangingModel) -> None:
    with worker(hanging) as running:
        tickets = [running.submit(ASK, player_id=f"player {number}") for number in range(3)]
        for ticket in tickets:
            with pytest.raises(ModelError, match="hung"):
                list(ticket.updates())


def test_words_of_a_model_that_was_given_up_reach_nobody(hanging: HangingModel) -> None:
    with worker(hanging) as running:
        ticket = running.submit(ASK, player_id="ada")
        wait_until(lambda: running.restarts == 1)
        hanging.released.set()

        assert answer(running) == "There is a red car."
        with pytest.raises(ModelError, match="hung"):
            list(ticket.updates())


def test_loading_is_tried_until_it_goes(
    hanging: HangingModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_worker, "TRY_AGAIN_S", 0.05)
    told: list[object] = []
    failures = (ModelError("no memory"), OSError("no disk"))
    with worker(hanging, *failures, on_open=told.append) as running:
        first = running.model
        ticket = running.submit(ASK, player_id="ada")
        wait_until(lambda: not running.is_answering)
        with pytest.raises(ModelError):
            list(ticket.updates())
        wait_until(lambda: running.restarts == 1)

        assert answer(running) == "There is a red car."
        assert told == [first, running.model] and first is not running.model


def test_nothing_can_be_asked_while_there_is_no_model(hanging: HangingModel) -> None:
    gone = [ModelError("no memory")] * 100
    with worker(hanging, *gone) as running:
        running.submit(ASK, player_id="ada")
        wait_until(lambda: not running.is_answering)
        wait_until(lambda: running._batcher is None)

        with pytest.raises(ModelError) as refusal:
            running.submit(ASK, player_id="ben")
        assert str(refusal.value) == str(hung_error())


def test_first_model_is_waited_for_by_whoever_needs_it() -> None:
    arrived, told = threading.Event(), list[object]()

    def load() -> ScriptedModel:
        arrived.wait(timeout=60)
        return ScriptedModel()

    with ModelWorker(load, on_open=told.append) as running:
        assert not (running.is_answering or running.opened.done() or told)
        threading.Timer(0.2, arrived.set).start()

        assert answer(running) == "There is a red car."
        assert told == [running.model] and running.is_answering


def test_model_that_can_not_be_loaded_at_first_is_told_to_all_who_wait() -> None:
    with worker(ModelError("no memory")) as running:
        with pytest.raises(ModelError, match="no memory"):
            _ = running.model
        with pytest.raises(ModelError, match="no memory"):
            running.submit(ASK, player_id="ada")
        assert isinstance(running.opened.exception(), ModelError)
        assert not running.is_answering


def test_new_model_answers_though_whoever_is_told_of_it_waits_for_ever(
    hanging: HangingModel,
) -> None:
    released, told = threading.Event(), list[object]()

    def hear(model: object) -> None:
        told.append(model)
        if len(told) > 1:
            released.wait(timeout=60)

    with worker(hanging, on_open=hear) as running:
        with pytest.raises(ModelError, match="hung"):
            answer(running)
        wait_until(lambda: len(told) == 2)

        assert answer(running) == "There is a red car."
        released.set()


def test_closing_does_not_wait_for_a_model_that_is_being_loaded() -> None:
    arrived, told = threading.Event(), list[object]()

    def load() -> ScriptedModel:
        arrived.wait(timeout=60)
        return ScriptedModel()

    running = ModelWorker(load, on_open=told.append)
    running.close()
    assert not running.opened.done()  # it was not waited for
    arrived.set()

    with pytest.raises(RuntimeError, match="closed while the model was loaded"):
        _ = running.model
    assert not told


def test_slow_model_that_goes_on_is_left_alone() -> None:
    slow = ScriptedModel(default=" ".join(["word"] * 12))
    slow.word_s = 0.05  # 0.6 s in all, three times as long as silence is borne
    with worker(slow) as running:
        assert answer(running).count("word") == 12
        assert running.restarts == 0


def test_idle_model_is_left_alone() -> None:
    with worker() as running:
        assert not threading.Event().wait(0.5)
        assert (running.restarts, running.is_answering) == (0, True)


def test_model_that_wants_to_end_the_program_fails_its_answer_alone() -> None:
    class Quitting(ScriptedModel):
        def _next_text(self) -> str:
            if len(self.calls) == 1:
                raise SystemExit(1)
            return super()._next_text()

    with worker(Quitting()) as running:
        with pytest.raises(ModelError, match="failed while answering"):
            answer(running)
        assert answer(running) == "There is a red car."
        assert running.restarts == 0


def test_watched_model_can_be_looked_through_like_its_own() -> None:
    class Seeing(ScriptedModel):
        eye = "an eye"

        def picture_features(self, picture: Image.Image) -> object:
            return picture.size

    with worker(Seeing()) as seeing, worker() as blind:
        assert isinstance(seeing.model, PictureReader)
        assert not isinstance(blind.model, PictureReader)


def test_who_serves_is_still_watched_after_preparing_in_between() -> None:
    # On a CPU the batcher's serving thread prepares questions too, between two tokens.
    model = HangingModel(hangs_in="nowhere")
    now = [0.0]
    watched = WatchedModel(model, clock=lambda: now[0])

    def take(_running: int) -> Sequence[Request]:
        watched.prepare(ASK)
        now[0] = 7.0
        raise RuntimeError(f"silent for {watched.silent_s:.0f} s")

    with pytest.raises(RuntimeError, match="silent for 7 s"):
        watched.serve(take)
    assert watched.silent_s == 0
