# A batcher before the scripted model, and what tests of its queue do again and again.
from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from models.base import Ask
from models.batching import Batcher
from models.tickets import Ticket, Update
from tests.fixtures_models import ScriptedModel
from tests.waiting import wait_until


@pytest.fixture
def gate(scripted_model: ScriptedModel) -> Iterator[threading.Event]:
    """Closed: the model takes a batch and then waits until the test opens the gate."""
    scripted_model.gate = threading.Event()
    yield scripted_model.gate
    scripted_model.gate.set()


@pytest.fixture
def batcher(scripted_model: ScriptedModel) -> Iterator[Batcher]:
    made = Batcher(scripted_model, max_batch=4, max_waiting=6, max_wait_s=20)
    yield made
    if scripted_model.gate is not None:
        scripted_model.gate.set()
    made.close()


def last_update(ticket: Ticket) -> Update:
    return list(ticket.updates())[-1]


def first_update(ticket: Ticket) -> Update:
    """Reads the state without leaving the iterator, which would cancel the ticket."""
    return ticket._update


def occupy(batcher: Batcher, ask: Ask) -> Ticket:
    """A first ticket that runs, so that later ones wait behind the closed gate."""
    ticket = batcher.submit(ask, player_id="first")
    wait_until(lambda: first_update(ticket).place is None)
    return ticket


def start_long_answer(
    batcher: Batcher, model: ScriptedModel, ask: Ask, *, word_s: float = 0.01
) -> Ticket:
    """Anna's ticket of an answer that goes on and on; its first words are there."""
    model.enqueue("word " * 1000)
    model.word_s = word_s
    ticket = batcher.submit(ask, player_id="anna")
    wait_until(lambda: first_update(ticket).text)
    return ticket
