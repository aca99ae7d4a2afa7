"""How many requests of a process ask a provider at once: half of its threads, and one waits its turn."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from learnapp.serving.rsgi import THREADS
from learnapp.web.accounts import provider_http
from learnapp.web.accounts.provider_http import ProviderAway, waiting
from tests.guard import PATIENCE_S


def test_the_next_one_gets_its_turn_when_another_has_ended():
    waits = threading.Event()
    entered = provider_http._NEXT.acquire

    class Noticed:
        """The place of the one that waits, and a sign that it is taken."""

        def acquire(self, blocking: bool) -> bool:
            taken = entered(blocking=blocking)
            waits.set()
            return taken

        release = provider_http._NEXT.release

    def ask() -> bool:
        with waiting():
            return True

    with (
        pytest.MonkeyPatch.context() as patch,
        ThreadPoolExecutor(1) as other,
        ExitStack() as turns,
    ):
        patch.setattr(provider_http, "_NEXT", Noticed())
        patch.setattr(provider_http, "NEXT_WITHIN_S", PATIENCE_S)
        for _ in range(THREADS // 2):
            turns.enter_context(waiting())
        asked = other.submit(ask)
        assert waits.wait(PATIENCE_S)
        turns.close()
        assert asked.result(PATIENCE_S)


def test_a_provider_that_hangs_leaves_threads_for_pages(monkeypatch):
    monkeypatch.setattr(provider_http, "NEXT_WITHIN_S", 0.01)
    with ExitStack() as turns:
        for _ in range(THREADS // 2):
            turns.enter_context(waiting())
        with pytest.raises(ProviderAway), waiting():
            raise AssertionError("nobody may ask now")
        with provider_http._NEXT, pytest.raises(ProviderAway), waiting():
            raise AssertionError("nobody may wait now")
    with waiting():
        assert THREADS // 2 + 1 < THREADS
