"""What a model server can do wrong, in sentences that the operator can act on.

Called by server_connection.py. Keys never get into a sentence: a server may repeat them.
"""

from __future__ import annotations

from collections.abc import Mapping

import httpx2
import openai

from models.errors import ServerError
from models.server_address import OWN_KEY, SHARED_KEY, ServerAddress

SHOWN_CHARACTERS = 300


def describe_failure(error: Exception, address: ServerAddress, *, key: str) -> ServerError:
    """Which sentence an error of the client library is worth."""
    at = f"The server at '{address.url}'"
    if isinstance(error, openai.APITimeoutError | httpx2.TimeoutException | TimeoutError):
        text = f"{at} took too long to answer. Look at its load and its log, then ask again."
    elif isinstance(error, openai.APIConnectionError):
        text = f"No server answers at '{address.url}'. Start it, or check host, port and '/v1'."
    elif isinstance(error, openai.APIStatusError):
        text = describe_status(error, address, key=key)
    else:
        text = f"{at} broke off its answer: {server_words(error)}. Look at its log, then ask again."
    return ServerError(without_key(text, key))


def describe_status(error: openai.APIStatusError, address: ServerAddress, *, key: str) -> str:
    """The sentence for an HTTP status."""
    at, status = f"The server at '{address.url}'", error.status_code
    if status in (401, 403):
        # Its own words are left out: some servers repeat the key in them.
        given = "refuses the key" if key else "wants a key"
        return f"{at} {given} ({status}). Set {OWN_KEY} or {SHARED_KEY} in the environment."
    if status == 404:
        return (
            f"{at} knows no model '{address.model}', or its address must end in '/v1' (404). "
            "It says: " + server_words(error)
        )
    if status == 429:
        return f"{at} takes no more questions at the moment (429). Ask again in a few seconds."
    if status >= 500:
        return f"{at} failed ({status}). Look at its log, then ask again."
    return f"{at} refused the question ({status}): {server_words(error)}"


def server_words(error: Exception) -> str:
    """What the server itself said, shortened."""
    body = getattr(error, "body", None)
    for name in ("error", "message", "detail"):
        if isinstance(body, Mapping) and body.get(name):
            body = body[name]
    words = str(body or getattr(error, "message", "") or error)
    return " ".join(words.split())[:SHOWN_CHARACTERS]


def without_key(text: str, key: str) -> str:
    """The text with the key blanked."""
    return text.replace(key, "***") if key else text
