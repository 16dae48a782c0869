"""A server's socket, and serving on it until Ctrl+C. Called where game and studio start."""

import contextlib
import socket
from collections.abc import Iterator
from typing import TYPE_CHECKING

from gap_core.errors import GapError

if TYPE_CHECKING:
    from starlette.types import ASGIApp


@contextlib.contextmanager
def bound_socket(host: str, port: int, *, flag: str = "--port") -> Iterator[socket.socket]:
    """Hold the port from the first second, before minutes of loading.

    Raises:
        GapError: it is taken, or the address isn't this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
            # Two sockets may be bound to one port while neither listens: find out now.
            listener.listen(128)
        except PermissionError as err:
            raise GapError(
                f"Port {port} is reserved for the system. Choose one from 1024 upwards, "
                "such as --port 7860."
            ) from err
        except socket.gaierror as err:
            raise GapError(
                f"Host '{host}' is no address of this machine. Use 127.0.0.1, or 0.0.0.0 "
                "for all of its addresses."
            ) from err
        except OSError as err:
            raise GapError(describe_bind_failure(host, port, err, flag)) from err
        yield listener


def describe_bind_failure(host: str, port: int, err: OSError, flag: str) -> str:
    """Why the port can't be had, and which one to take."""
    if err.errno == 99:  # EADDRNOTAVAIL
        return (
            f"Host '{host}' is no address of this machine. Use 127.0.0.1, or 0.0.0.0 "
            "for all of its addresses."
        )
    return (
        f"Port {port} is taken by another program (perhaps it is open already: "
        f"http://{host}:{port}). Choose another: {flag} {port + 1}"
    )


def serve_until_stopped(app: "ASGIApp", listener: socket.socket) -> None:
    """Serve on a socket that listens already; Ctrl+C leaves it as KeyboardInterrupt."""
    import uvicorn

    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=3,
        lifespan="on",
    )
    uvicorn.Server(config).run(sockets=[listener])
