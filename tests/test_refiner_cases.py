# What pocket-llama learns from: both texts of a case have the same facts, by construction.
import random
import re
from string import Formatter

import pytest

from gap_core.refiner_training.cases import Case, sample_case
from gap_core.refiner_training.fluency import sentence_faults
from gap_core.refiner_training.form import Form, held_out, seen
from gap_core.refiner_training.forms import FORMS
from gap_core.refiner_training.slips import type_hastily
from gap_core.refiner_training.slots import Slots
from gap_core.refiner_training.words import Vocabulary, is_held_out, is_real_word, plural_of

SEEN, HELD_OUT = Vocabulary(is_held_out=False), Vocabulary(is_held_out=True)


def draw_cases(count: int, vocabulary: Vocabulary = SEEN, *, seed: int = 0) -> list[Case]:
    rng = random.Random(seed)
    return [sample_case(vocabulary, rng=rng) for _ in range(count)]


def keys_of(template: str) -> set[str]:
    """Slots of a template, each under the key that it is drawn by."""
    found = {key for _, key, _, _ in Formatter().parse(template) if key}
    return {Slots.drawn_key(key) for key in found}


@pytest.mark.parametrize("form", FORMS, ids=lambda form: f"{form.category}: {form.asks[0]}")
def test_short_answer_and_sentence_state_the_same_slots(form: Form):
    asked = set.intersection(*(keys_of(ask) for ask in form.asks))
    for sentence, sources in form.brief.items():
        for source in sources:
            assert keys_of(source) <= keys_of(sentence), source
            # What a short answer leaves out stands in the question, however that is worded.
            assert keys_of(sentence) - keys_of(source) <= asked, (sentence, source)


def test_every_category_of_the_paper_is_taught():
    assert len({form.category for form in FORMS}) == 13


def test_facts_stand_in_the_sentence():
    stated = [(value, case.truth) for case in draw_cases(400) for _, value in case.facts]

    assert len(stated) > 200
    assert all(value.lower() in truth.lower() for value, truth in stated)


def test_digits_are_typed_as_they_are_meant():
    for case in draw_cases(600):
        assert set(re.findall(r"\d+", case.typed)) <= set(
            re.findall(r"\d+", f"{case.truth} 0 1")
        ), case


@pytest.mark.parametrize("vocabulary", [SEEN, HELD_OUT], ids=["seen", "held out"])
def test_sentences_to_be_learned_are_fluent(vocabulary: Vocabulary):
    faulty = [case.truth for case in draw_cases(600, vocabulary) if sentence_faults(case.truth)]

    assert faulty == []


def test_most_answers_need_mending_and_some_are_fine():
    cases = draw_cases(800)

    assert 0.05 < sum(case.is_fine for case in cases) / len(cases) < 0.25


def test_same_seed_gives_the_same_cases():
    assert draw_cases(50, seed=4) == draw_cases(50, seed=4) != draw_cases(50, seed=5)


def test_held_out_words_are_never_taught():
    rng = random.Random(1)
    taught = {draw(rng).lower() for draw in (SEEN.noun, SEEN.name, SEEN.action) for _ in range(400)}
    asked = {draw(rng).lower() for draw in (HELD_OUT.noun, HELD_OUT.name) for _ in range(400)}

    assert not taught & asked
    assert len(asked) > 300


def test_held_out_wordings_are_never_taught():
    for form in FORMS:
        if len(form.asks) >= 4:
            assert not set(seen(form.asks)) & set(held_out(form.asks))
            assert set(seen(form.asks)) | set(held_out(form.asks)) == set(form.asks)


def test_rare_words_of_the_dictionary_are_taught_in_every_open_list():
    rare, rng = Vocabulary(is_held_out=False, rare_share=1.0), random.Random(1)

    for draw in (rare.noun, rare.person, rare.adjective, rare.place, rare.event, rare.action):
        words = {draw(rng) for _ in range(60)}
        assert len(words) > 40
        assert not any(is_held_out(word) for word in words)
        assert all(is_real_word(word) for word in words)


def test_number_words_slip_into_other_real_words_too():
    rng = random.Random(1)
    typed = {
        type_hastily("two dogs", question="", protected=frozenset(), level=1.0, rng=rng)
        for _ in range(400)
    }

    assert is_real_word("tow")
    assert any("tow" in text.split() for text in typed)


def test_invented_words_are_no_real_ones():
    rng = random.Random(2)
    words = [SEEN.invented(rng) for _ in range(300)]

    assert not any(is_real_word(word) or is_held_out(word) for word in words)


def test_slips_leave_signs_and_unknown_words_alone():
    rng = random.Random(3)
    truth = 'The blorvent says "MILK 4".'
    typed = [
        type_hastily(truth, question="", protected=frozenset(("MILK", "4")), level=1.0, rng=rng)
        for _ in range(200)
    ]

    assert all("blorvent" in text.lower() and "MILK 4" in text for text in typed)
    assert len(set(typed)) > 20


def test_calm_expert_types_what_is_meant():
    rng = random.Random(4)
    typed = {
        type_hastily("The dog is red.", question="", protected=frozenset(), level=0.0, rng=rng)
        for _ in range(100)
    }

    assert typed == {"The dog is red."}


def test_colour_is_never_spoilt_into_another_reading():
    rng = random.Random(5)
    for _ in range(300):
        typed = type_hastily("grey", question="", protected=frozenset(), level=1.0, rng=rng)
        word = re.sub(r"[^a-z]", "", typed.lower())
        assert word == "grey" or not is_real_word(word)


@pytest.mark.parametrize(
    ("noun", "plural"),
    [
        ("dog", "dogs"),
        ("bus", "buses"),
        ("puppy", "puppies"),
        ("old man", "old men"),
        ("ray", "rays"),
    ],
)
def test_plural_of(noun: str, plural: str):
    assert plural_of(noun) == plural


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("The dog is red.", ()),
        ("the dog is red.", ("small first letter",)),
        ("The dog is red", ("no stop at the end",)),
        ("Two dogs.", ("no verb",)),
        ("The the dog is red.", ("doubled word",)),
        ("There is two dogs.", ("is before several",)),
        ("There are one dog.", ("are before one",)),
        ("There are a dozen dogs.", ()),
        ("It is a apple.", ("a for an",)),
        ("The dog is red n blue.", ("short spelling",)),
        ("It is red. It is big.", ("more than one sentence",)),
        ("The dog is  red.", ("spacing",)),
        ('The sign says "STOP.', ("open quotes",)),
        ('The sign says "a apple n u".', ()),
        ("", ("empty", "no stop at the end", "no verb")),
    ],
)
def test_sentence_faults(text: str, faults: tuple[str, ...]):
    assert sentence_faults(text) == faults
