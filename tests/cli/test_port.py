"""A port is held from before anything is made; one that is taken says so."""

from __future__ import annotations

import errno
import os
import socket

import click
import pytest

from learnapp.cli import port
from learnapp.cli.port import held
from tests.loopback import free_port


def test_a_free_port_is_held_against_a_second_installation(monkeypatch):
    monkeypatch.setattr(port, "PATIENCE_S", 0.0)
    number = free_port()
    with held("127.0.0.1", number) as address:
        assert address == "127.0.0.1"
        with socket.socket() as other, pytest.raises(OSError):
            other.bind((address, number))
    with held("localhost", number) as address:
        assert address == "127.0.0.1"


def test_a_port_on_which_somebody_listens_is_refused(monkeypatch):
    monkeypatch.setattr(port, "PATIENCE_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as other:
        number = other.getsockname()[1]
        with pytest.raises(click.ClickException, match=f"port {number} on .* is in use"):
            held("127.0.0.1", number).__enter__()


def test_an_address_of_another_machine_is_refused():
    with pytest.raises(click.ClickException, match=r"192\.0\.2\.1 port .* cannot be listened on"):
        held("192.0.2.1", free_port()).__enter__()
    with pytest.raises(click.ClickException, match="no address of this machine"):
        held("a" * 64 + ".example", 80).__enter__()


def test_a_port_for_root_alone_says_which_to_choose(monkeypatch):
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(port, "_bind", refuse)
    with pytest.raises(click.ClickException, match="port 80 is for root alone"):
        held("127.0.0.1", 80).__enter__()
