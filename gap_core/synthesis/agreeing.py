"""Whether two short answers to one question are the same. Called by the checks and by scoring."""

from __future__ import annotations

import re
import unicodedata

from gap_core.language import are_equivalent
from gap_core.synthesis.records import Language

UNKNOWN = (
    "unknown",
    "not known",
    "cannot be determined",
    "can't be determined",
    "不知道",
    "无法确定",
)
_NUMBERS_ZH = {sign: str(n) for n, sign in enumerate("零一二三四五六七八九")} | {
    "两": "2",
    "十": "10",
}
_COURTESIES = re.compile(r"^(?:so )?(?:the answer is|it is|it's|there (?:is|are)) |^(?:a|an|the) ")
_FILLERS_ZH = re.compile(r"^(?:是|有|在)|[个只辆把条张件位名块棵艘朵匹头台座本支根顶杯盏的]$")


def is_same_answer(answer: str, truth: str, *, question: str, language: Language) -> bool:
    """Whether an answer says what the truth says; an answer that says nothing does not."""
    ours, true = plain(answer, language), plain(truth, language)
    if not ours or says_unknown(answer):
        return False
    if ours == true:
        return True
    if language == "zh":
        return False
    return are_equivalent(answer, truth, question=question) is True


def says_unknown(answer: str) -> bool:
    """Whether the answer is that it can't be told."""
    lowered = answer.lower()
    return any(sign in lowered for sign in UNKNOWN)


def plain(answer: str, language: Language) -> str:
    """The answer without case, punctuation and courtesies, numbers as digits."""
    text = unicodedata.normalize("NFKC", answer).lower().strip()
    text = "".join(" " if unicodedata.category(sign)[0] in "PZC" else sign for sign in text)
    text = " ".join(text.split())
    if language == "en":
        return _COURTESIES.sub("", text)
    text = _FILLERS_ZH.sub("", text.replace(" ", ""))
    return "".join(_NUMBERS_ZH.get(sign, sign) for sign in text) if len(text) <= 2 else text
