"""A server's socket and addresses, and serving until Ctrl+C. Game and studio start with it."""

import contextlib
import errno
import socket
from collections.abc import Iterator
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from gap_core.errors import GapError
from models.server_address import is_loopback

if TYPE_CHECKING:
    import uvicorn
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
        except OSError as err:
            raise GapError(_why_not_bound(host, port, err, flag)) from err
        yield listener


def _why_not_bound(host: str, port: int, err: OSError, flag: str) -> str:
    """Why the port can't be had, and which one to take."""
    if isinstance(err, PermissionError):
        return (
            f"Port {port} is reserved for the system. Choose one from 1024 upwards, "
            "such as --port 7860."
        )
    if isinstance(err, socket.gaierror) or err.errno == errno.EADDRNOTAVAIL:
        return (
            f"Host '{host}' is no address of this machine. Use 127.0.0.1, or 0.0.0.0 "
            "for all of its addresses."
        )
    return (
        f"Port {port} is taken by another program (perhaps it is open already: "
        f"http://{host}:{port}). Choose another: {flag} {port + 1}"
    )


def address_here(host: str, port: int) -> str:
    """What a browser on this machine opens."""
    here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{here}]:{port}" if ":" in here else f"http://{here}:{port}"


def address_on_network(host: str, port: int) -> str:
    """What other devices on the network open; empty where only this machine is served."""
    if is_loopback(host):
        return ""
    shown = own_network_address() if host in ("0.0.0.0", "::") else host
    return (
        f"http://[{shown}]:{port}/" if ":" in shown else f"http://{shown}:{port}/" if shown else ""
    )


def own_network_address() -> str:
    """This machine's address on its network; nothing is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("10.255.255.255", 1))  # a datagram socket only looks up the way
            return str(probe.getsockname()[0])
        except OSError:
            return ""


def quiet_server(app: "ASGIApp", *, patience_s: int = 3) -> "uvicorn.Server":
    """A server that tells neither its name nor who came, and ends so long after it is stopped."""
    import uvicorn

    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=patience_s,
        lifespan="on",
    )
    return uvicorn.Server(config)


def serve_until_stopped(
    app: "ASGIApp", listener: socket.socket, *, opening: Future[Any] | None = None
) -> None:
    """Serve on a socket that listens already; Ctrl+C leaves it as KeyboardInterrupt.

    What is still `opening` beside it ends it by failing; its error is for whoever called.
    """
    server = quiet_server(app)

    def end_if_failed(opened: Future[Any]) -> None:
        if opened.exception() is not None:
            server.should_exit = True

    if opening is not None:
        opening.add_done_callback(end_if_failed)
    server.run(sockets=[listener])
