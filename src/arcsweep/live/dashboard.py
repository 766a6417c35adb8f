"""optuna-dashboard over the study's database, on this machine only."""

import logging
from collections.abc import Iterable
from contextlib import suppress
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from arcsweep.config import Config
from arcsweep.errors import ArcsweepError
from arcsweep.paths import Paths
from arcsweep.storage.engine import engine_options
from arcsweep.storage.location import locate
from arcsweep.study.opening import open_study

logger = logging.getLogger(__name__)

LOOPBACK = "127.0.0.1"
"""There is no log-in: whoever reaches the page sees the study."""


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _QuietHandler(WSGIRequestHandler):
    def log_message(self, format: str, *arguments: Any) -> None:
        """The page asks every few seconds; a line for each would bury everything else."""


def looking_only(app: Any) -> Any:
    """``app`` without requests that change anything: its page could delete the whole study."""

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            headers = [("Content-Type", "application/json"), ("Allow", "GET, HEAD")]
            start_response("405 Method Not Allowed", headers)
            return [b'{"reason": "arcsweep shows the study here and changes nothing"}']
        answered: Iterable[bytes] = app(environ, start_response)
        return answered

    return answer


def serve(config: Config, port: int) -> None:
    """Serve the dashboard until Ctrl-C.

    Called as a library, with a connection that takes its password from the passfile: none stands
    on a command line or in a log. Raises ArcsweepError when the package is missing or the port
    is taken, StorageError when there is no database or no such study.
    """
    try:
        from optuna_dashboard import wsgi
    except ImportError:
        raise ArcsweepError(
            "optuna-dashboard is not installed; run `.venv/bin/python -m pip install --constraint"
            " requirements.lock optuna-dashboard`"
        ) from None
    database = locate(Paths.of(config))
    opened = open_study(
        config.study, database.url(), engine_options(database, "arcsweep dashboard")
    )
    app = looking_only(wsgi(opened.study._storage))
    with make_loopback_server(port, app) as server:
        logger.info(
            "study %s at http://%s:%d/dashboard/studies/%d until Ctrl-C; from elsewhere, through"
            " ssh -L %d:%s:%d",
            config.study.name,
            LOOPBACK,
            server.server_port,
            opened.study_id,
            server.server_port,
            LOOPBACK,
            server.server_port,
        )
        with suppress(KeyboardInterrupt):
            server.serve_forever()


def make_loopback_server(port: int, app: Any) -> WSGIServer:
    """A server of ``app`` on ``port`` of this machine; raises ArcsweepError when it is taken."""
    try:
        return make_server(LOOPBACK, port, app, _Server, _QuietHandler)
    except OSError as error:
        raise ArcsweepError(
            f"--port {port} cannot be listened on: {error.strerror}; choose another, or 0 for a"
            " free one"
        ) from None
