"""Where a page leads back to is an address of this site, whatever is sent."""

from __future__ import annotations

from urllib.parse import unquote, urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnapp.web.core.local_path import local_path

SITE = "http://learn.example/sign-in"
PIECES = st.sampled_from(
    [
        "/",
        "//",
        "\\",
        "/\\",
        "\t",
        "\n",
        "\r",
        "%2f",
        "%5C",
        "%09",
        "%0a",
        "%252f",
        "%00",
        "..",
        ".",
        "@",
        ":",
        "?",
        "#",
        "&next=",
        "evil.com",
        "http:",
        "javascript:",
        "week",
        " ",
        "／",
        "＼",
        "。",
        "\u2028",
        "\u00a0",
        "é",
        "云岭",
        "%e4%ba",
        ";",
        "\x00",
        "\x0b",
        "\x85",
        "\ud800",
    ]
)


def as_a_browser(target: str) -> str:
    """Where a browser goes: it drops tabs and newlines and reads a backslash as a slash."""
    for dropped in "\t\n\r":
        target = target.replace(dropped, "")
    return urljoin(SITE, target.strip("\x00\x0b\x0c ").replace("\\", "/"))


@given(st.lists(PIECES, max_size=8).map("".join) | st.text(max_size=30))
def test_whatever_is_sent_leads_to_this_site_or_nowhere(raw):
    found = local_path(raw)
    if found is None:
        return
    assert found.isascii() and found.isprintable()
    for read in (found, unquote(found), unquote(unquote(found))):
        went = urlsplit(as_a_browser(read.partition("?")[0]))
        assert (went.scheme, went.netloc) == ("http", "learn.example"), (raw, found)
    assert local_path(found) == found


@pytest.mark.parametrize(
    "bad",
    [
        "",
        None,
        "week",
        "//evil.com",
        "/\\evil.com",
        "/\t/evil.com",
        "/\n/evil.com",
        "\t//evil.com",
        " //evil.com",
        "/%2fevil.com",
        "/%5cevil.com",
        "/%09/evil.com",
        "/%252f%252fevil.com",
        "///evil.com",
        "/./evil",
        "/.//evil.com",
        "/..//evil.com",
        "/a//evil.com",
        "http://evil.com",
        "javascript:alert(1)",
        "/／evil.com",
        "/week\r\nSet-Cookie: a=b",
        "/week#//evil.com",
        "/é",
        "/week?a=\\",
        "/" + "a" * 3000,
    ],
)
def test_what_is_no_plain_path_is_refused(bad):
    assert local_path(bad) is None


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ("/", "/"),
        ("/week", "/week"),
        ("/attempts/aB-_9/", "/attempts/aB-_9/"),
        ("/attempts/aB-_9#q3", "/attempts/aB-_9#q3"),
        ("/people?q=a&page=2", "/people?q=a&page=2"),
        ("/people?q=王", "/people?q=%E7%8E%8B"),
        ("/people?q=%E7%8E%8B", "/people?q=%E7%8E%8B"),
        ("/week?next=//evil.com", "/week?next=//evil.com"),
        ("/week?", "/week"),
    ],
)
def test_an_address_of_ours_is_kept(asked, kept):
    assert local_path(asked) == kept
