"""What is answered before Flask asks the same of a request as Flask does: its cookie and its token."""

from __future__ import annotations

import pytest
from itsdangerous import URLSafeTimedSerializer

from learnapp.web.core.security import form_tokens, signed_in_page


@pytest.fixture
def asked(home):
    """The environ of a page of ours whose reader has just signed in."""
    home.enter("officer")
    token = home.token()
    cookie = home.client.get_cookie("learnapp").value
    return {"HTTP_COOKIE": f"learnapp={cookie}", "HTTP_X_CSRFTOKEN": token}


def test_a_page_of_somebody_signed_in_is_known_at_its_first_request(home, asked):
    app = home.client.application
    found = signed_in_page(app, asked)
    assert found and found == signed_in_page(app, asked)


@pytest.mark.parametrize(
    "changed",
    [
        {"HTTP_X_CSRFTOKEN": ""},
        {"HTTP_X_CSRFTOKEN": "abc.def.ghi"},
        {"HTTP_COOKIE": "learnapp=abc.def.ghi"},
        {"HTTP_COOKIE": ""},
    ],
    ids=["no token", "a token nobody signed", "a cookie nobody signed", "no cookie"],
)
def test_of_any_other_request_nobody_is_known(home, asked, changed):
    assert signed_in_page(home.client.application, asked | changed) == ""


def test_the_token_of_another_session_is_none_of_this_one(home, asked):
    other = home.token()
    home.enter("head")
    cookie = home.client.get_cookie("learnapp").value
    mixed = {"HTTP_COOKIE": f"learnapp={cookie}", "HTTP_X_CSRFTOKEN": other}
    assert signed_in_page(home.client.application, mixed) == ""


def test_a_token_signed_with_another_key_does_not_hold(home):
    forged = URLSafeTimedSerializer("another key", salt="wtf-csrf-token").dumps("kept")
    tokens = form_tokens(home.client.application)
    assert not tokens.hold(forged, "kept") and not tokens.hold("", "") and not tokens.hold("x", "")
