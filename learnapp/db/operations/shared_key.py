"""One key for all machines over a database: a machine with another one would sign what no other believes."""

from __future__ import annotations

import hmac

from learnapp.db.core.engine import Database
from learnapp.db.core.upsert import insert_if_new
from learnapp.db.operations.models import Setting

_KEY = "key_fingerprint"


def is_the_key(database: Database, key: bytes) -> bool:
    """Whether this is the key by which the installation's other machines sign; the first one is noted.

    What is noted is a keyed hash of a constant, from which the key cannot be had.
    """
    fingerprint = hmac.digest(key, b"learnapp: one key for all machines", "sha256").hex()
    with database.writing("key noted") as session:
        noted = {"name": _KEY, "value": fingerprint}
        session.execute(insert_if_new(session, Setting).values(**noted))
        return bool(session.get_one(Setting, _KEY).value == fingerprint)
