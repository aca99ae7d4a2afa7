"""Odd input is the sender's fault: whatever is sent to any route, the answer is never a 5xx."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.routing import Rule as Route

from learnapp.web.core.input import MOST, hundredths, read_json, whole

ODD = (str(MOST + 1), "9" * 5000, "%00", "a%00b", "%ED%A0%80", "%FF", "-1", "%F0%9F%98%80")
QUERIES = ("page", "bank", "s", "q", "unit", "category", "next", "type", "language")
HALF = "\\ud83d"  # half of an emoji, as JSON writes it


def _paths(route: Route, value: str) -> Iterator[str]:
    """The route with this value in each of its places in turn, 1 in the others."""
    names = sorted(route.arguments) or [""]
    for name in names:
        made = str(route)
        for each in names:
            for kind in ("int:", "path:", ""):
                made = made.replace(f"<{kind}{each}>", value if each == name else "1")
        yield made


def _routes(home, method: str) -> list[Route]:
    """Every route of the method, but health (ill in a test, which has no scheduler) and signing out."""
    rules = home.client.application.url_map.iter_rules()
    found = [each for each in rules if method in (each.methods or ())]
    assert len(found) > 30
    return [each for each in found if each.endpoint not in ("site.health", "sign_in.leave")]


def test_no_address_and_no_query_of_any_page_is_a_fault(home):
    home.enter("admin")
    bad = []
    for route in _routes(home, "GET"):
        asked = [path for value in ODD for path in _paths(route, value)] if route.arguments else []
        plain = next(_paths(route, "1"))
        asked += [
            plain + "?" + "&".join(f"{name}={value}" for name in QUERIES) for value in ODD[:5]
        ]
        for path in asked:
            if (status := home.client.get(path).status_code) >= 500:
                bad.append((path[:90], status))
    assert not bad


def test_numbers_that_no_row_can_have_lead_nowhere(home):
    home.enter("admin")
    for number in (str(MOST + 1), "9" * 40, "9" * 5000):
        assert home.client.get(f"/banks/{number}").status_code == 404
    assert home.client.get(f"/banks/{MOST}").status_code == 404


def _deep(levels: int) -> str:
    return "[" * levels + "]" * levels


BODIES = [
    ("application/json", b""),
    ("application/json", b'[1, {"login_name": 1}]'),
    (
        "application/json",
        b'{"login_name": {"a": 1}, "password": [1], "code": 1, "q1": [], "unit": {}}',
    ),
    ("application/json", b"\xff\xfe"),
    ("application/json", _deep(100_000).encode()),
    ("application/json", f'{{"events": {_deep(500)}, "facts": {_deep(500)}}}'.encode()),
    ("application/json", b'{"events": [{"seq": 1e999}], "facts": [1e999, NaN]}'),
    ("application/json", b'{"events": {"a": 1}, "facts": {"a": 1}}'),
    ("application/json", b'{"events": [' + b"9" * 6000 + b"]}"),
    ("application/json; charset=nonsense", b"{}"),
    ("multipart/form-data", b"no boundary"),
    ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="a'),
    ("multipart/form-data; boundary=x", b"--x\r\n\r\n\r\n--x--"),
    ("multipart/form-data; boundary=" + "x" * 5000, b"--x"),
    (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a\x00b.txt"\r\n\r\nx\r\n--x--\r\n',
    ),
    ("application/x-www-form-urlencoded", b"a%00=%00&unit=%00&q1=\xff&minutes=" + b"9" * 5000),
    ("application/x-www-form-urlencoded; charset=nonsense", b"unit=%ED%A0%80&" * 50),
    ("application/x-www-form-urlencoded", b"&".join(b"f%d=1" % n for n in range(3000))),
    ("nonsense/;;=,", b"\x00"),
]


def test_no_body_of_any_route_is_a_fault(home):
    home.enter("admin")
    headers = {"X-CSRFToken": home.token("/me")}
    bad = []
    for route in _routes(home, "POST"):
        path = next(_paths(route, "1"))
        for kind, body in BODIES:
            reply = home.client.post(path, data=body, content_type=kind, headers=headers)
            if reply.status_code >= 500:
                bad.append((path, kind[:60], body[:40], reply.status_code))
    assert not bad


HEADERS = [
    {"Accept-Language": "zh-\x00;q=x,,;;=,*;q=9999999999999"},
    {"Accept": ",;q=,application/json;q=nan"},
    {"Accept-Encoding": "gzip;q=x,,br;q=\x7f"},
    {"Cookie": "learnapp=.eJw.a.b; language=\x7f; =; ;;, \xff"},
    {"Cookie": "learnapp=" + "9" * 5000 + "; language=en\\000"},
    {"Cookie": 'learnapp="\\000"; language="\\355\\240\\200"'},
    {"Host": "a b"},
    {"Host": "[::1"},
    {"Range": "bytes=-9999999999999999999999-"},
    {"If-Modified-Since": "Fri, 31 Dec 99999 23:59:59 GMT"},
    {"Referer": "http://[", "Origin": "\xff"},
    {"Content-Length": "9" * 30},
    {"X-CSRFToken": "\xff" * 50},
]


@pytest.mark.parametrize("opens_at", ["0001-01-01T00:00", "0001-01-01T07:59"])
def test_a_time_before_the_first_instant_is_refused_and_no_fault(home, opens_at):
    home.enter("admin")
    room = f"/rooms/{home.window_id}"
    times = {"opens_at": opens_at, "closes_at": "2026-11-27T09:00", "reason": "一"}
    assert home.post(f"{room}/windows", kind="main", people="", **times).status_code == 422
    assert home.post(f"{room}/times", **times).status_code == 422


def test_no_header_is_a_fault(home):
    bad = []
    for header in HEADERS:
        replies = [
            home.client.get(path, headers=header) for path in ("/week", "/nowhere", "/sign-in")
        ]
        replies += [home.client.post("/attempts/x/answers", data=b"{}", headers=header)]
        bad += [(header, each.status_code) for each in replies if each.status_code >= 500]
    assert not bad


def _event(**change: Any) -> dict[str, Any]:
    event = {"event_id": str(uuid.uuid4()), "seq": 1, "question": 1, "response": {"text": "甲"}}
    return event | change


ODD_EVENTS = [
    {"event_id": f"{uuid.uuid4()}\n"},
    {"seq": 2**63},
    {"seq": 10**400},
    {"question": 2**63},
    {"question": -1},
    {"response": {"text": "a\0b"}},
    {"response": {"text": 1e308, "options": None, "blanks": {}}},
    {"response": {"options": ["a\0", "\0"]}},
    {"response": {"blanks": ["\0", 2**63]}},
    {"response": {"options": [[]], "text": []}},
    {"flagged": {"a": []}},
]


def test_no_event_of_a_phone_is_a_fault(home):
    home.enter("officer")
    token = home.token()
    paper = home.client.post("/windows/1/start", data={"csrf_token": token}).headers["Location"]
    headers = {"X-CSRFToken": home.token(paper)}
    bad = []
    for change in ODD_EVENTS:
        # One of each type; "answers" by the short way, "submit" by the ordinary one.
        events = [_event(question=question) | change for question in (1, 3, 5, 7, 9)]
        sent = [("answers", [each]) for each in events] + [("submit", events)]
        for part, body in sent:
            reply = home.client.post(f"{paper}/{part}", json={"events": body}, headers=headers)
            if reply.status_code >= 500:
                bad.append((part, change, reply.status_code))
    assert not bad


def test_an_emoji_cut_in_two_and_a_nul_are_put_right_and_the_answer_kept(home):
    """A text field that is full cuts an emoji; a phone would send such an answer for ever."""
    home.enter("officer")
    token = home.token()
    paper = home.client.post("/windows/1/start", data={"csrf_token": token}).headers["Location"]
    headers = {"X-CSRFToken": home.token(paper)}
    kept = 0
    for question in range(1, 11):
        event = json.dumps(_event(question=question)).replace(
            json.dumps("甲"), f'"{HALF}\\u0000甲"'
        )
        body = '{"events": [' + event + "]}"
        reply = home.client.post(
            f"{paper}/answers", data=body, content_type="application/json", headers=headers
        )
        assert reply.status_code == 200, reply.text
        kept += len(reply.json["acknowledged"])
    assert kept == 2  # the short answers of the paper; the others take no text


def test_what_is_a_number_and_what_is_json():
    form = {"a": str(MOST), "b": str(MOST + 1), "c": "²", "d": " 7 ", "e": "-3", "f": "１", "g": ""}
    assert [whole(form, name) for name in "abcdefgh"] == [MOST, None, None, 7, -3, None, None, None]
    assert [hundredths(each) for each in ("2.5", "NaN", "1e9", "-1", ".5", "1234567", "")] == [
        250,
        None,
        None,
        None,
        50,
        None,
        None,
    ]
    assert read_json(b'{"a": ["\\u0000x\\ud83d"]}') == {"a": ["x\ufffd"]}
    for bad in (_deep(21), _deep(100_000), "", "{", '"\xed\xa0\x80"'):
        with pytest.raises(ValueError):
            read_json(bad.encode("latin-1"))
