"""Multiple choice: which lettered option an answer names. Called by judges.py."""

import re
from collections.abc import Mapping

from gap_core.language.equivalence import are_equivalent

_NO_TITLE = r"(?<!Dr\.)(?<!Mr\.)(?<!Ms\.)(?<!Mrs\.)(?<!Prof\.)"
_OPTION = re.compile(
    rf"(?:^|[\n;,]|(?<=[?.:!]){_NO_TITLE})\s*\(?(?P<letter>[A-Z])(?:[.):]|\s-)\s*(?P<text>[^\n;]+?)"
    r"(?=\s*(?:$|[\n;]|,?\s*\(?[A-Z][.):]\s))",
)
_MARK = re.compile(r"(?<!\S)\(?(?P<letter>[A-Z])[.):]\s+")
_BEFORE_OPTIONS = re.compile(r"(?:[?:!]|\w{5}\.|\n)\s*$")  # not "Dr. A. Smith"
_JOINED = re.compile(r",?\s*\b(?:or|and)$")
_LETTER = re.compile(
    r"(?<![\w'])(?<!\w\.)(?P<letter>[A-Za-z])(?P<mark>[.):\]*]|(?=\s(?:or|and)\b))?"
    r"(?![\w']|\.\w)"
)
_NAMED = re.compile(
    r"\b(?:(?i:answer|option|choice|letter)\s(?P<direct>[A-Z])|(?i:answer|option|choice|choose|pick"
    r"|letter)\b(?:\s+(?i:is|would be|option|letter))*[\s:=*(\"']*(?P<letter>[A-Za-z]))(?![\w'])",
)
_NO_ARTICLE = re.compile(
    r"\s+(?:is|was|or|and|but|because|since|as|for|so|it|with|which)\b|\s*(?:[^\w\s]|$)"
)
_DENIED = re.compile(
    r"\b(?i:not|neither|nor|instead of|rather than|n't)\s+(?i:(?:option|answer|letter)\s+)?"
    r"\(?[A-Z]\b\)?(?!\s+[a-z])"
    r"|(?i:\b(?:option|answer|choice|letter)\s+)?\(?\b[A-Z]\)?\s+(?i:(?:is|was|can|could|does)\s*"
    r"(?:(?:clearly|obviously|definitely|also)\s+)?"
    r"(?:not|n't|wrong|incorrect|false|out|impossible|excluded)\b)"
)


def options_of(question: str) -> dict[str, str]:
    """The lettered options in a question, in their order; none where it has fewer than two.

    They stand on lines, behind commas, or, after a question mark or colon, behind spaces only.
    """
    listed = {match["letter"]: match["text"].strip() for match in _OPTION.finditer(question)}
    expected = [chr(ord("A") + number) for number in range(len(listed))]
    listed = listed if len(listed) > 1 and list(listed) == expected else {}
    return max(listed, _options_in_a_row(question), key=len)


def _options_in_a_row(question: str) -> dict[str, str]:
    """Options behind one another; none where a letter stands twice, as initials may."""
    marks = list(_MARK.finditer(question))
    while marks and not (
        marks[0]["letter"] == "A" and _BEFORE_OPTIONS.search(question[: marks[0].start()])
    ):
        marks.pop(0)
    run: list[re.Match[str]] = []
    for mark in marks:
        if ord(mark["letter"]) == ord("A") + len(run):
            run.append(mark)
        elif mark["letter"] in {known["letter"] for known in run}:
            return {}
    if len(run) < 2:
        return {}
    ends = [mark.start() for mark in run[1:]] + [len(question)]
    texts = [
        question[mark.end() : end].split("\n")[0].strip(" ,;")
        for mark, end in zip(run, ends, strict=True)
    ]
    if any(map(_is_no_option, texts)):
        return {}
    return {mark["letter"]: _JOINED.sub("", text) for mark, text in zip(run, texts, strict=True)}


def _is_no_option(text: str) -> bool:
    """Whether a text is empty, or a name before another one: "A. Smith or B. Jones"."""
    said = _JOINED.sub("", text)
    return not re.search(r"\w", said) or (said != text and text[0].isupper())


def chosen_letter(answer: str, options: Mapping[str, str]) -> str | None:
    """The option that an answer names, by letter or by its words; None for none or several."""
    spoken = _DENIED.sub(" ", answer)
    named = {
        (found["direct"] or found["letter"]).upper()
        for found in _NAMED.finditer(spoken)
        if found["direct"] or not _is_article(found["letter"], spoken[found.end() :])
    } & options.keys()
    if len(named) == 1:
        return named.pop()
    is_bare = len(re.findall(r"\w+", spoken)) == 1
    alone = {
        found["letter"].upper()
        for found in _LETTER.finditer(spoken)
        if is_bare or found["mark"] is not None or _is_capital(found, spoken)
    } & options.keys()
    if alone:
        return alone.pop() if len(alone) == 1 else None
    worded = [letter for letter, text in options.items() if _says(spoken, text)]
    return worded[0] if len(worded) == 1 else None


def _is_article(letter: str, following: str) -> bool:
    """Whether "a", or "A" after a colon, is the article of the word that follows."""
    return letter in "aA" and not _NO_ARTICLE.match(following)


def _is_capital(found: re.Match[str], spoken: str) -> bool:
    """Whether a letter without a mark is one: a capital that is no word, or the last thing said."""
    letter = found["letter"]
    is_last = found.end() == len(spoken)
    return letter not in "aAI" and (letter.isupper() or is_last)


def _says(answer: str, option: str) -> bool:
    words = re.escape(option.rstrip("."))
    affirmed = re.sub(
        rf"(?:\bnot|n't)\s+(?:(?:a|an|the)\s+)?{words}\b", " ", answer, flags=re.IGNORECASE
    )
    if re.search(rf"\b{words}\b", affirmed, re.IGNORECASE):
        return True
    return are_equivalent(answer, option) is True


def score_choice(answer: str, reference: str, question: str) -> float | None:
    """1 for the right option, 0 for another or none; None where the question has no options.

    An answer that names none, or several, is a wrong answer: the model was told to choose.
    """
    options = options_of(question)
    right = chosen_letter(reference, options)
    if right is None:
        return None
    return float(chosen_letter(answer, options) == right)
