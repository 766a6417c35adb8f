"""Optuna's storage, writing under a worker's fencing token."""

import json
from collections.abc import Mapping
from typing import Any

import optuna
from sqlalchemy import event


class WriterIdentity:
    """The token and owner under which this process's Optuna storage writes now."""

    def __init__(self, owner: Mapping[str, Any]) -> None:
        self.described = dict(owner)
        self.owner = json.dumps(self.described)
        self.token: int | None = None


def fenced_storage(
    url: str, engine_kwargs: dict[str, Any], identity: WriterIdentity | None = None
) -> optuna.storages.RDBStorage:
    """Optuna's storage on ``url``, each of whose connections announces ``identity``.

    The guards in the database compare the announced token with the trial's lease at every write.
    A connection learns a new token when it is next taken from the pool. Without an identity the
    storage can read everything and write no trial of a registered study.
    """
    storage = optuna.storages.RDBStorage(url, engine_kwargs=engine_kwargs)
    if identity is not None:

        @event.listens_for(storage.engine, "checkout")
        def announce(connection: Any, record: Any, proxy: Any) -> None:
            told = (identity.token, identity.owner)
            if record.info.get("arcsweep") == told:
                return
            record.info.pop("arcsweep", None)
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT set_config('arcsweep.token', %s, false),"
                    " set_config('arcsweep.owner', %s, false)",
                    ("" if identity.token is None else str(identity.token), identity.owner),
                )
            # Committed, or the settings would vanish with the next rollback.
            connection.commit()
            record.info["arcsweep"] = told

    return storage
