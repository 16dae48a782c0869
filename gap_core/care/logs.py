"""Structured logs: a JSON object a line, without secrets and without anybody's words.

Called by the server's script; modules log as usual, `logging.getLogger(__name__)`.
"""

import json
import logging
import re
import traceback
from collections.abc import Iterable
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

from gap_core.errors import GapError

MOST_BYTES, KEPT_FILES = 10 * 2**20, 5
HIDDEN = "[hidden]"
SHORTEST_SECRET = 4  # hiding every "a" would hide nothing but sense
# What looks like a cookie, a bearer's token, a bot's token, or the address of a round's picture.
TELLING = re.compile(
    r"(gap_(?:player|studio)=)[^\s;]+|(Bearer )\S+|\b\d{6,12}:[\w-]{30,}|(/picture/)[\w-]+"
    r"|(init_data=)\S+|\bsk-[\w-]{10,}"
)
requests = logging.getLogger("gap.requests")


class JsonLines(logging.Formatter):
    """Time, level, where, what, and what went wrong: kinds and places, no values of variables.

    Args:
        secrets: words that are hidden wherever they stand.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__()
        self._secrets = sorted((s for s in secrets if len(s) >= SHORTEST_SECRET), key=len)[::-1]

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, Any] = {"time": moment, "level": record.levelname, "logger": record.name}
        line["message"] = self._clean(record.getMessage())
        line |= getattr(record, "facts", {})
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = self._error(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)

    def _error(self, error: BaseException) -> dict[str, Any]:
        # An error's own words may quote what somebody typed; where it happened can't.
        frames = traceback.extract_tb(error.__traceback__)
        return {
            "kind": type(error).__name__,
            "at": [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames],
        }

    def _clean(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        return TELLING.sub(lambda found: "".join(filter(None, found.groups())) + HIDDEN, text)


def request_log(*, route: str, method: str, status: int, seconds: float) -> None:
    """Note a request: what kind and how it ended."""
    facts = {"route": route, "method": method, "status": status, "ms": round(1000 * seconds, 1)}
    requests.info("request", extra={"facts": facts})


def log_to(file: Path, *, secrets: Iterable[str]) -> logging.Handler:
    """Write all logs into a file that is begun anew at 10 MiB; the last five are kept.

    Raises:
        GapError: it can't be written.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(
            file, maxBytes=MOST_BYTES, backupCount=KEPT_FILES, encoding="utf-8"
        )
    except OSError as err:
        raise GapError(
            f"Log '{file}' can't be written ({err.strerror}). Choose another file with --log-file."
        ) from err
    handler.setFormatter(JsonLines(secrets))
    told = logging.StreamHandler()  # a logger with a handler tells the terminal nothing by itself
    told.setLevel(logging.WARNING)
    told.addFilter(lambda record: not record.name.startswith("uvicorn"))  # which tells its own
    for one in (handler, told):
        logging.getLogger().addHandler(one)
    requests.setLevel(logging.INFO)
    return handler
