"""Signing in and out: the only pages for people without a cookie. Called by the app."""

import asyncio
import hmac
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from apps.studio.identity import Identity
from apps.studio.sign_in_limit import SignInLimit
from apps.studio.studio import Studio
from apps.web import address_of, read_form

HERE = Path(__file__).parent
TEMPLATES = Environment(
    loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined
)
LARGEST_FORM_BYTES = 4096
PASSWORDS_AT_ONCE = 2  # each check takes a core and tens of MiB on purpose
REFUSED = "Name, password or key is not right. Try again, or ask an administrator."
TOO_MANY = "Too many tries. Wait {seconds} s, then try again."


class SignIn:
    """The routes; passwords are checked beside the event loop, a few at a time."""

    def __init__(self, studio: Studio, identity: Identity, limit: SignInLimit) -> None:
        self._studio, self._identity, self._limit = studio, identity, limit
        self._turnstile = asyncio.Semaphore(PASSWORDS_AT_ONCE)
        self.routes = [
            Route("/sign-in", self.show, methods=["GET"]),
            Route("/login", self.sign_in, methods=["POST"]),
            Route("/sign-out", self.sign_out, methods=["POST"]),
            Route("/healthz", self.tell_health, methods=["GET"]),
        ]

    def show(self, _request: Request) -> Response:
        """The empty form."""
        return self._page()

    async def sign_in(self, request: Request) -> Response:
        """Take the form; a wrong name and a wrong password are told alike."""
        form = await read_small_form(request)
        name, address = form.get("name", ""), address_of(request)
        if (wait_s := self._limit.wait_s(name, address)) > 0:
            notice = TOO_MANY.format(seconds=wait_s)
            return self._page(429, name=name, notice=notice, headers={"Retry-After": str(wait_s)})
        self._limit.count(name, address)  # before the check, so that none slips in meanwhile
        value = await self._cookie_for(form)
        if value is None:
            return self._page(403, name=name, notice=REFUSED)
        response = RedirectResponse("/", status_code=303)
        self._identity.remember(response, request, value=value)
        return response

    async def _cookie_for(self, form: dict[str, str]) -> str | None:
        name, password = form.get("name", ""), form.get("password", "")
        check = self._studio.workbench.check_password
        async with self._turnstile:
            account = await asyncio.to_thread(check, name, password)
        has_key = hmac.compare_digest(form.get("key", "").encode(), self._studio.key.encode())
        if account is None or (self._studio.key and not has_key):
            return None
        return self._identity.sign(account.id, sign_in_number=account.sign_in_number)

    def sign_out(self, _request: Request) -> Response:
        """Take the cookie back."""
        response = RedirectResponse("/sign-in", status_code=303)
        self._identity.forget(response)
        return response

    def tell_health(self, _request: Request) -> Response:
        """Says that the server is there."""
        return PlainTextResponse("ok", headers={"Cache-Control": "no-store"})

    def _page(
        self,
        status: int = 200,
        *,
        name: str = "",
        notice: str = "",
        headers: dict[str, str] | None = None,
    ) -> Response:
        words: dict[str, Any] = {"name": name[:80], "notice": notice}
        html = TEMPLATES.get_template("sign-in.html").render(
            **words, needs_key=bool(self._studio.key)
        )
        return HTMLResponse(html, status, {"Cache-Control": "no-store", **(headers or {})})


async def read_small_form(request: Request) -> dict[str, str]:
    """An urlencoded form, empty where it is too large."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_FORM_BYTES:
            return {}
    return read_form(body)
