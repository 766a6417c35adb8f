"""A thread that keeps the lease of the trial in hand."""

import logging
import threading

from sqlalchemy.exc import SQLAlchemyError

from arcsweep.storage.leases import Leases

logger = logging.getLogger(__name__)


class Heartbeat:
    """Renews the lease under the current token every sixth of a lease; notices when it is gone.

    A database that does not answer is no loss: renewing goes on, and the lease starts anew when
    the server is back.
    """

    def __init__(self, leases: Leases, lease_s: float) -> None:
        self._leases = leases
        self._pause_s = lease_s / 6
        self._token: int | None = None
        self._lost: int | None = None
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)
        self._thread.start()

    def hold(self, token: int | None) -> None:
        """Keep the lease under ``token`` from now on; None keeps none."""
        self._token = token

    def is_lost(self, token: int) -> bool:
        """Was the lease under ``token`` found taken over?"""
        return self._lost == token

    def stop(self) -> None:
        """End the thread."""
        self._end.set()
        self._thread.join(timeout=5)

    def _run(self) -> None:
        while not self._end.wait(self._pause_s):
            token = self._token
            if token is None:
                continue
            try:
                if not self._leases.renew(token) and self._token == token:
                    self._lost = token
            except SQLAlchemyError as error:
                logger.debug("lease not renewed: %s", type(error).__name__)
