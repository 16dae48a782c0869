"""What both apps ask of a request and put on a response. Called by their gates and pages."""

from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import Message, Send

MOST_FIELDS = 20  # of a form
SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def with_security_headers(send: Send, policy: str) -> Send:
    """A send that adds the headers, with this Content-Security-Policy, to the response's start."""

    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers["Content-Security-Policy"] = policy
            for name, value in SECURITY_HEADERS.items():
                headers[name] = value
        await send(message)

    return send_with_headers


def is_own_page(headers: Headers) -> bool:
    """Whether the request comes from a page of ours, or from no browser at all.

    Where no browser sent it, nobody's cookie is misused.
    """
    origin = headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != headers.get("host"):
        return False
    return headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")


def read_form(body: bytes) -> dict[str, str]:
    """An urlencoded form; the first value of each field, nothing where it is no form."""
    try:
        fields = parse_qs(
            body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS
        )
    except ValueError:
        return {}
    return {name: values[0] for name, values in fields.items()}


def address_of(request: Request) -> str:
    """The address that the request came from; empty where the server doesn't know it."""
    return "" if request.client is None else request.client.host
