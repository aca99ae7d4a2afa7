"""The password once more from somebody who is signed in: before it changes, and before a second factor does."""

from __future__ import annotations

from datetime import timedelta

from flask_babel import gettext

from learnapp.services.accounts.passwords import verify_password
from learnapp.services.accounts.sign_in import Try


def wrong(tried: Try, typed: str) -> tuple[str, int] | None:
    """What is wrong with a password, as a sentence and a status; None for the right one.

    Costs what a hash must: never call it inside a transaction.
    """
    if tried.wait is not None:
        return too_often(tried.wait), 429
    if not verify_password(tried.password_hash, typed):
        return gettext("现在的密码不对。"), 422
    return None


def too_often(wait: timedelta) -> str:
    """The sentence for somebody who tried too often, with the minutes to wait."""
    return gettext("输错次数太多，请 %(n)s 分钟后再试。", n=wait // timedelta(minutes=1))
