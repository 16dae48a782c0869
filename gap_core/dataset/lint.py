"""Lint of one sample: which named rules it breaks. Called by building, import and the studio."""

from collections.abc import Iterator

from gap_core.dataset.findings import Finding, Where
from gap_core.dataset.lint_answers import denied_premise, hedge_in, refusal_in
from gap_core.dataset.lint_texts import foreign_words_in, has_words, markup_in, off_picture_words
from gap_core.dataset.personal import personal_words
from gap_core.dataset.sample import Sample
from gap_core.language.asked import asked_for

_FEW_WORDS = 4  # an answer that only says what is written somewhere


def lint_sample(sample: Sample) -> tuple[Finding, ...]:
    """Everything that is wrong with a sample by itself; see RULES."""
    return tuple(_findings(sample))


def _findings(sample: Sample) -> Iterator[Finding]:
    texts: tuple[tuple[Where, str], ...] = (
        ("question", sample.question),
        ("answer", sample.answer),
    )
    empty = [where for where, text in texts if not has_words(text)]
    for where in empty:
        yield Finding(sample.id, "empty", where, "")
    for where, text in texts:
        if not (where == "answer" and _reads_aloud(sample)) and (words := foreign_words_in(text)):
            yield Finding(sample.id, "language", where, words)
        if words := personal_words(text):
            yield Finding(sample.id, "personal", where, words)
        if words := markup_in(text):
            yield Finding(sample.id, "markup", where, words)
    if "question" not in empty and (words := off_picture_words(sample.question)):
        yield Finding(sample.id, "off-picture", "question", words)
    if not empty:
        yield from _answer_findings(sample)


def _answer_findings(sample: Sample) -> Iterator[Finding]:
    if words := refusal_in(sample.answer, sample.question):
        yield Finding(sample.id, "refusal", "answer", words)
    elif words := denied_premise(sample.question, sample.answer):
        yield Finding(sample.id, "premise", "answer", words)
    if words := hedge_in(sample.answer, sample.question):
        yield Finding(sample.id, "hedge", "answer", words)


def _reads_aloud(sample: Sample) -> bool:
    """Whether the answer is what is written in the picture, in whatever language."""
    is_short = len(sample.answer.split()) <= _FEW_WORDS
    return is_short and asked_for(sample.question) == "text"
