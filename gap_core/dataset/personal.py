"""Personal data in a text: what could reach or name somebody. Called by lint.py.

It finds what has a form of its own. Names alone have none: who reviews samples reads them anyway.
"""

import re

_FORMS = (
    re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}"),  # e-mail
    re.compile(r"(?<![\w.@])@[A-Za-z]\w{2,30}\b"),  # a name on a social network
    re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b"),  # IBAN
    re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])"),  # an address on the internet
    re.compile(
        r"\b(?:[Mm]y|[Hh]is|[Hh]er) (?:full |last |first |real )?name(?:'s| is) [A-Z]\w+"
        r"|\bI(?: live|'m living| am living) (?:at|in|on) [A-Z0-9]\w*|\b[Mm]y (?:phone|telephone|"
        r"passport|address|email|e-mail|card|account)(?: number)? is\b",
    ),
)
_PHONE = re.compile(r"(?<![\w.,])(?:\+|00)?\(?\d[\d ()/.-]{7,20}\d(?![\w,])")
# With the hour of a stamp beside it; months and days in either order.
_DATED = re.compile(r"\d{1,4}([/.-])(?:0?[1-9]|[12]\d|3[01])\1\d{1,4}(?: \d{1,2})?")
_BOOK = re.compile(r"97[89](?:[ -]?\d){10}")
_LEAST_PHONE_DIGITS, _MOST_PHONE_DIGITS = 9, 15  # ITU-T E.164
_CARD = re.compile(r"(?<!\d)(?:\d[ -]?){12,18}\d(?!\d)")


def personal_words(text: str) -> str:
    """The first personal data in a text; empty where there is none."""
    for form in _FORMS:
        found = form.search(text)
        if found:
            return found.group()
    for card in _CARD.finditer(text):
        if _has_check_digit(card.group()):
            return card.group()
    for phone in _PHONE.finditer(text):
        if _is_phone(phone.group()):
            return phone.group()
    return ""


def _is_phone(text: str) -> bool:
    """Nine to fifteen digits, grouped or with a plus: a bare run may be any number.

    A stamp of date and time, or the number of a book, is no phone's.
    """
    if _DATED.fullmatch(text) or _BOOK.fullmatch(text):
        return False
    digits = sum(character.isdigit() for character in text)
    is_grouped = text.startswith(("+", "00", "0")) or any(sign in text for sign in " ()/-")
    return is_grouped and _LEAST_PHONE_DIGITS <= digits <= _MOST_PHONE_DIGITS


def _has_check_digit(text: str) -> bool:
    """Luhn's check, which numbers of cards pass and one in ten others does."""
    digits = [int(character) for character in text if character.isdigit()]
    doubled = [2 * digit for digit in digits[-2::-2]]
    folded = sum(digit - 9 if digit > 9 else digit for digit in doubled)
    return (folded + sum(digits[-1::-2])) % 10 == 0
