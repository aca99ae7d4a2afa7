"""Rows that never change, remembered by this process: looked up once, bounded, one store an engine."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Engine
from sqlalchemy.orm import Session

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class ImmutableCache(Generic[Key, Value]):
    """Values by key, the `most` used last. Only for what is immutable once it can be asked for:
    another process never needs to know."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._stores: WeakKeyDictionary[Engine, OrderedDict[Key, Value]] = WeakKeyDictionary()
        self._lock = threading.Lock()

    def of(
        self,
        session: Session,
        keys: Collection[Key],
        load: Callable[[list[Key]], dict[Key, Value]],
    ) -> dict[Key, Value]:
        """The value of each key; those not remembered are loaded together."""
        engine: Any = session.get_bind().engine
        with self._lock:
            store = self._stores.setdefault(engine, OrderedDict())
            found = {key: store[key] for key in keys if key in store}
            for key in found:
                store.move_to_end(key)
        missing = [key for key in keys if key not in found]
        if missing:
            loaded = load(missing)
            found |= loaded
            with self._lock:
                store.update(loaded)
                while len(store) > self._most:
                    store.popitem(last=False)
        return found
