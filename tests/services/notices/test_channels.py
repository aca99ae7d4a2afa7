"""Outer channels against servers that stand in for them: mail by SMTP, gateways by HTTP."""

from __future__ import annotations

import json
import socketserver
import threading
from contextlib import contextmanager
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from learnapp.jobs.channels import Channels, HttpChannel, MailChannel, NoAddress, NotSent

WHO = {"mobile": "13900000001", "badge": "100001"}
TEXT = '“第一阶段”有 2 项到期未完成 & "请" {mobile}\n辛苦了。'


class _Gateway(BaseHTTPRequestHandler):
    """Keeps what it is sent; answers as its server says."""

    def _answer(self):
        length = int(self.headers.get("Content-Length") or 0)
        self.server.seen.append((self.path, self.rfile.read(length).decode(), dict(self.headers)))
        status, body = self.server.replies.get(self.path.partition("?")[0], (200, '{"errcode":0}'))
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body.encode())

    do_GET = do_POST = _answer

    def log_message(self, *_):
        """Say nothing."""


class _Mail(socketserver.StreamRequestHandler):
    """As much of SMTP as taking one mail needs."""

    def handle(self):
        """Take mails until QUIT; refuse where the server says so."""
        self._say("220 here")
        while line := self.rfile.readline().decode().strip():
            word = line.upper().partition(" ")[0]
            if word == "DATA":
                self._say("354 go on")
                text = []
                while (part := self.rfile.readline()) != b".\r\n":
                    text.append(part)
                self.server.seen.append(b"".join(text))
            if word == "RCPT" and self.server.replies:
                self._say("550 nobody here")
            else:
                self._say("221 bye" if word == "QUIT" else "250 fine")
            if word == "QUIT":
                return

    def _say(self, text):
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def standing_in(server_class, handler, replies):
    """A server on a free port of this machine that keeps what it is sent."""
    with server_class(("127.0.0.1", 0), handler) as server:
        server.seen, server.replies = [], replies
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_gateway_gets_the_text_and_the_number_whole_in_json():
    with standing_in(HTTPServer, _Gateway, {}) as gateway:
        HttpChannel(
            *("sms", f"http://127.0.0.1:{gateway.server_port}/send"),
            body='{"to": ["{mobile}"], "content": "{text}"}',
            headers={"Authorization": "Bearer x"},
            expect='"errcode":0',
        ).send(WHO, TEXT)
    [(path, body, headers)] = gateway.seen
    assert path == "/send" and headers["Authorization"] == "Bearer x"
    assert json.loads(body) == {"to": [WHO["mobile"]], "content": TEXT}


def test_a_gateway_with_a_token_is_asked_for_it_first():
    replies = {"/token": (200, '{"access_token": "t&1"}')}
    with standing_in(HTTPServer, _Gateway, replies) as gateway:
        at = f"http://127.0.0.1:{gateway.server_port}"
        HttpChannel(
            *("wecom", at + "/send?access_token={token}"),
            body='{"touser": "{badge}", "text": {"content": "{text}"}}',
            token_url=f"{at}/token?corpid=1",
        ).send(WHO, TEXT)
    assert [path for path, *_ in gateway.seen] == ["/token?corpid=1", "/send?access_token=t%261"]


def test_a_gateway_that_takes_an_address_alone_gets_it_escaped():
    with standing_in(HTTPServer, _Gateway, {}) as gateway:
        url = f"http://127.0.0.1:{gateway.server_port}/s?m={{mobile}}&c={{text}}"
        HttpChannel("old", url, method="GET").send(WHO, "a&b")
    assert gateway.seen[0][0] == "/s?m=13900000001&c=a%26b"


@pytest.mark.parametrize("reply", [(500, "{}"), (200, '{"errcode":40001}')])
def test_what_a_gateway_refuses_was_not_sent(reply):
    with standing_in(HTTPServer, _Gateway, {"/": reply}) as gateway:
        channel = HttpChannel(
            "sms", f"http://127.0.0.1:{gateway.server_port}/", "{text}", expect='"errcode":0'
        )
        with pytest.raises(NotSent):
            channel.send(WHO, TEXT)


def test_who_has_no_address_is_not_sent_to_and_no_file_is_read_as_an_address():
    channel = HttpChannel("sms", "http://127.0.0.1:9/{mobile}", "{text}")
    with pytest.raises(NoAddress):
        channel.send({"badge": "1"}, TEXT)
    with pytest.raises(NotSent):
        HttpChannel("file", "file:///etc/hostname", "{text}").send(WHO, TEXT)


def mail(port: int) -> MailChannel:
    """Mail without encryption, for a server on this machine."""
    return MailChannel(
        *("mail", "127.0.0.1", port, "study@example.org", "{badge}@example.org"), security="none"
    )


def test_a_mail_arrives_whole():
    with standing_in(socketserver.TCPServer, _Mail, {}) as server:
        mail(server.server_address[1]).send(WHO, TEXT)
    got = message_from_bytes(server.seen[0])
    assert got["To"] == "100001@example.org"
    assert got.get_payload(decode=True).decode().replace("\r", "").strip() == TEXT


def test_a_mail_that_is_refused_or_finds_nobody_was_not_sent():
    with standing_in(socketserver.TCPServer, _Mail, {"rcpt": 550}) as server:
        with pytest.raises(NotSent):
            mail(server.server_address[1]).send(WHO, TEXT)
        port = server.server_address[1]
    with pytest.raises(NotSent):
        mail(port).send(WHO, TEXT)


def test_the_file_of_channels_is_read_whenever_asked_and_a_mistake_in_it_stops_nothing(tmp_path):
    path = tmp_path / "channels.toml"
    channels = Channels(path)
    assert channels.all() == {}
    path.write_text('[sms]\nkind = "http"\nurl = "http://x/"\n')
    assert channels.all() == {"sms": HttpChannel("sms", "http://x/")}
    path.write_text(
        '[mail]\nkind = "smtp"\nhost = "h"\nport = 25\nsender = "a@b.c"\nto = "{badge}@b.c"\n'
    )
    assert isinstance(channels.all()["mail"], MailChannel)
    for wrong in ("[sms", '[sms]\nkind = "fax"', '[sms]\nkind = "http"\nuri = "x"', 'sms = "x"'):
        path.write_text(wrong)
        assert channels.all() == {}
