# What random attacks are made of, and what no answer to one may hold.
from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from hypothesis import HealthCheck, settings
from hypothesis import strategies as some

from tests.fixtures_play import SECRET

INPUTS = int(os.environ.get("GAP_ATTACK_INPUTS", "150"))  # of each test
FUZZ = settings(
    max_examples=INPUTS,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
ANY_TEXT = some.text(max_size=40) | some.sampled_from(
    [
        "<script>alert(1)</script>", "' OR 1=1; --", "{{7*7}}", "${7*7}", "%0d%0aSet-Cookie: a=b",
        "\r\nSet-Cookie: a=b", "../../../../etc/passwd", "\x00", "A" * 5000, "-1", "1e309", "NaN",
        "true", "null", "\u202egnp.exe", "http://169.254.169.254/latest/", "file:///etc/passwd",
    ]
)  # fmt: skip
# No lone surrogates: JSON has them as escapes, and one test of bad input sends them.
ANY_JSON: some.SearchStrategy[Any] = some.recursive(
    some.none()
    | some.booleans()
    | some.integers(-(2**70), 2**70)
    | some.floats(allow_nan=False, allow_infinity=False)
    | ANY_TEXT,
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(ANY_TEXT, inner, max_size=3),
    max_leaves=8,
)
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"]
NASTY_PATHS = [
    "/", "/join", "/leave", "/week", "/wall", "/withdraw", "/play", "/play/", "/play//",
    "/play/config",
    "/picture/", "/picture/x", "/picture/..%2f..%2fsecret.key", "/static/../secret.key",
    "/static/..%2f..%2fapp.py", "/static/%2e%2e/%2e%2e/gap.db", "/play/static/../../gap.db",
    "/play/gradio_api/file=/etc/passwd", "/play/gradio_api/file=../gap.db",
    "/play/gradio_api/upload", "/play/gradio_api/run/predict", "/play/gradio_api/queue/join",
    "/play/gradio_api/cancel", "/play/gradio_api/reset", "/play/gradio_api/proxy=http://x",
    "//evil.example/", "/\\evil.example", "/join/../../secret.key", "/metrics", "/health",
    "/.git/config", "/gap.db", "/secret.key", "/docs", "/openapi.json", "/_stcore/health",
    "/_stcore/upload_file/x/y", "/_stcore/stream", "/media/x", "/component/x", "/desk/draft",
    "/look/../app.py", "/look/..%2fapp.py", "/login", "/sign-in", "/label",
]  # fmt: skip


def check_calm(answer: bytes, data_dir: Path) -> None:
    """Fails on traces of code, files, secrets, or of which picture is a trap."""
    for word in (b"Traceback", b"sqlite", b"root:x:", SECRET, b"SQLite format", b"tainted"):
        assert word not in answer
    assert str(data_dir).encode() not in answer


def check_headers(answer: httpx.Response) -> None:
    """Fails where what was sent has become a header."""
    assert "a=b" not in answer.headers.get("set-cookie", "")
    assert "a" not in answer.cookies and "set-cookie: a" not in str(answer.headers).lower()


def raw_request(
    url: str, method: str, path: str, headers: list[tuple[str, str]], body: bytes
) -> tuple[int | None, bytes]:
    """Bytes as they are, by no library's rules; status (None: closed without one) and answer."""
    where = urlsplit(url)
    lines = [f"{method} {path} HTTP/1.1", f"Host: {where.netloc}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers]
    request = "\r\n".join(lines).encode("utf-8", "replace") + b"\r\n\r\n" + body
    with socket.create_connection((where.hostname or "", where.port or 0), timeout=10) as sent:
        answer = b""
        try:
            sent.sendall(request)
            sent.shutdown(socket.SHUT_WR)
            while part := sent.recv(65536):
                answer += part
        except (ConnectionError, TimeoutError):
            pass
    first = answer.split(b"\r\n", 1)[0].split(b" ")
    is_http = answer.startswith(b"HTTP/") and len(first) > 1 and first[1].isdigit()
    return (int(first[1]) if is_http else None), answer
