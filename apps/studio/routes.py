"""What the browser asks for beside Streamlit's own: pictures, drafts, downloads. Called by the app.

The gate has refused everybody without a cookie; here the account behind it is looked up again.
"""

import asyncio
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import (
    FileResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Route

from apps.studio import downloads
from apps.studio.accounts import AccountReader, has_role
from apps.studio.desk import draft_from, number_in
from apps.studio.pictures import PICTURE_ID
from apps.studio.studio import Studio
from db import Store, StoreError
from gap_core.decks.pictures import picture_place
from gap_core.errors import GapError
from gap_core.labeling import Account

HERE = Path(__file__).parent
LOOK = HERE / "static"
LARGEST_DRAFT_BYTES = 16 * 1024
SINGLE_FILE = ".gguf"  # a package of one file is for llama.cpp
NOTHING = PlainTextResponse("There is no such picture.", status_code=404)


class Routes:
    """Pictures by id, drafts as they are typed, and signs of life."""

    def __init__(self, studio: Studio, accounts: AccountReader) -> None:
        self._studio, self._accounts = studio, accounts
        self.routes = [
            Route("/label", self.to_first_page, methods=["GET"]),
            Route("/look/{name}", self.look, methods=["GET"]),
            Route("/picture/{image_id}", self.picture, methods=["GET"]),
            Route("/download/{kind}/{name}", self.download, methods=["GET"]),
            Route("/desk/draft", self.keep_draft, methods=["POST"]),
            Route("/desk/heartbeat", self.beat, methods=["POST"]),
        ]

    def to_first_page(self, _request: Request) -> Response:
        """The Label page under its name, as others have one; Streamlit knows it as the first."""
        return RedirectResponse("/", status_code=303)

    def look(self, request: Request) -> Response:
        """A file of the sign-in page."""
        file = LOOK / request.path_params["name"]
        if file.name not in ("sign-in.css", "favicon.svg"):
            return NOTHING
        return FileResponse(file)

    def picture(self, request: Request) -> Response:
        """The bytes of a picture; its id names its pixels, so a browser may keep it."""
        file = self._file_of(request.path_params["image_id"])
        if file is None or not file.is_file():
            return NOTHING
        headers = {"Cache-Control": "private, max-age=3600", "Content-Disposition": "inline"}
        return FileResponse(file, media_type="image/png", headers=headers)

    def _file_of(self, image_id: str) -> Path | None:
        """Where a picture of a deck lies, or one of a dataset alone, which is in no deck."""
        with Store.open(self._studio.db_path) as store:
            image = store.images.get(image_id)
        if image is not None:
            return self._studio.data_dir / image.path
        is_id = PICTURE_ID.fullmatch(image_id) is not None
        return self._studio.data_dir / picture_place(image_id) if is_id else None

    def download(self, request: Request) -> Response:
        """An export, or a package of an adapter, as a zip; of one file, the file."""
        account = self._accounts.of(request)
        if account is None or not has_role(account, "reviewer"):
            return PlainTextResponse("Downloads are for reviewers.", status_code=403)
        kind, name = request.path_params["kind"], request.path_params["name"]
        try:
            place = downloads.place_of(self._studio.data_dir, kind, name)
            if place.is_file():
                return FileResponse(place, filename=f"{name}{SINGLE_FILE}")
            file = downloads.zipped(place)
        except GapError as refusal:
            return PlainTextResponse(str(refusal), status_code=404)
        headers = {
            "Content-Disposition": f'attachment; filename="{name}.zip"',
            "Content-Length": str(os.fstat(file.fileno()).st_size),
            "Cache-Control": "no-store",
        }
        blocks = downloads.blocks_of(file)
        return StreamingResponse(blocks, media_type="application/zip", headers=headers)

    async def keep_draft(self, request: Request) -> Response:
        """Keep what is typed so far, and tell whether the item is still this account's."""
        return await self._tell(request, self._keep_draft)

    async def beat(self, request: Request) -> Response:
        """Somebody is still at the item; tell whether it is still theirs."""
        return await self._tell(request, self._beat)

    async def _tell(
        self, request: Request, tell: Callable[[dict[str, Any], Account], bool]
    ) -> Response:
        account, words = self._accounts.of(request), await read_json(request)
        if account is None or words is None or not number_in(words, "item"):
            return JSONResponse({"detail": "An item is needed."}, status_code=400)
        try:
            is_held = await asyncio.to_thread(tell, words, account)
            why = "" if is_held else await asyncio.to_thread(self._why_lost, words, account)
        except (GapError, StoreError) as refusal:
            return JSONResponse({"detail": str(refusal)}, status_code=503)
        return JSONResponse({"is_held": is_held, "why": why})

    def _keep_draft(self, words: dict[str, Any], account: Account) -> bool:
        return self._studio.workbench.save_draft(
            number_in(words, "item"), account.id, draft_from(words)
        )

    def _why_lost(self, words: dict[str, Any], account: Account) -> str:
        return self._studio.workbench.why_lost(number_in(words, "item"), account.id)

    def _beat(self, words: dict[str, Any], account: Account) -> bool:
        return self._studio.workbench.heartbeat(number_in(words, "item"), account.id)


async def read_json(request: Request) -> dict[str, Any] | None:
    """A JSON object that isn't too large; None for anything else."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_DRAFT_BYTES:
            return None
    try:
        words = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return words if isinstance(words, dict) else None
