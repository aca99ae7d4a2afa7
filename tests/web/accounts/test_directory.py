"""Sign-in by the office's directory, against a real one: bound as the person, by TLS, names escaped."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from learnapp.web.accounts import ldap_bind
from learnapp.web.accounts.ldap_directory import LdapDirectory
from learnapp.web.accounts.provider_http import NotProven, ProviderAway
from tests.providers.servers import short_folder, start_slapd
from tests.small_office import PASSWORD

PEOPLE = {"officer": "in the directory 1", "head": "in the directory 2", "stranger": "x y z 1"}
BIND = "uid={login},ou=people,dc=court,dc=cn"


@pytest.fixture(scope="module")
def directory() -> Iterator[tuple[int, Path]]:
    """The port of a directory, and its certificate."""
    folder = short_folder()
    server, port = start_slapd(folder, PEOPLE)
    yield port, folder / "tls.crt"
    server.kill()
    shutil.rmtree(folder)


def _of(directory, **settings) -> LdapDirectory:
    port, certificate = directory
    known = {"servers": (f"localhost:{port}",), "bind_as": BIND, "ca_file": str(certificate)}
    return LdapDirectory("court", **known | settings)


def test_the_right_password_proves_whose_entry_it_is(directory):
    found = ldap_bind.proven(_of(directory), "officer", PEOPLE["officer"])
    assert (found.login, found.label) == ("officer", "Person officer（officer）")
    searched = ldap_bind.proven(_of(directory, base="dc=court,dc=cn"), "officer", PEOPLE["officer"])
    assert searched.subject == found.subject and len(found.subject) > 30  # entryUUID


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("officer", "wrong"),
        ("officer", ""),
        ("nobody", PEOPLE["officer"]),
        ("*", PEOPLE["officer"]),
        ("officer)(uid=*", PEOPLE["officer"]),
        ("officer,ou=people,dc=court,dc=cn", PEOPLE["officer"]),
        ("officer\0", PEOPLE["officer"]),
    ],
)
def test_what_is_typed_never_becomes_a_name_or_filter_of_its_own(directory, login, password):
    with pytest.raises(NotProven):
        ldap_bind.proven(_of(directory, base="dc=court,dc=cn"), login, password)


def test_nothing_is_sent_to_a_server_that_is_not_the_one(directory):
    port, _certificate = directory
    for settings in (
        {"ca_file": ""},  # nobody vouches for it
        {"servers": (f"127.0.0.1:{port}",)},  # its certificate names localhost
        {"servers": ("localhost:9",)},
    ):
        with pytest.raises(ProviderAway):
            ldap_bind.proven(_of(directory, **settings), "officer", PEOPLE["officer"])
    # The second server is asked when the first is away.
    both = _of(directory, servers=("localhost:9", f"localhost:{port}"))
    assert ldap_bind.proven(both, "head", PEOPLE["head"]).login == "head"
    with pytest.raises(ValueError, match="starttls"):
        _of(directory, tls="none", servers=("ldap.court.cn",))


def test_the_page_links_by_password_or_by_name_alone_as_the_office_chose(home, tmp_path, directory):
    port, certificate = directory
    text = (
        f'[court]\nkind = "ldap"\nservers = ["localhost:{port}"]\nbind_as = "{BIND}"\n'
        f'ca_file = "{certificate}"\n'
    )
    file = tmp_path / "home/identity.toml"
    file.write_text(text, encoding="utf-8")
    assert home.client.get("/sign-in/outside/court").location == "/sign-in/directory/court"
    wrong = _enter(home, "officer", "wrong")
    assert wrong.status_code == 422 and "登录名或密码不对" in wrong.text
    assert _enter(home, "officer").location == "/sign-in/link"
    assert home.post("/sign-in/link", secret=PASSWORD).status_code == 303
    assert home.client.get("/week").status_code == 200
    home.client.delete_cookie("learnapp")
    assert _enter(home, "stranger").location == "/sign-in"
    file.write_text(f'{text}confirm = "name"\n', encoding="utf-8")
    assert _enter(home, "head").location == "/sign-in/link"
    assert 'name="secret"' not in home.client.get("/sign-in/link").text
    assert home.post("/sign-in/link").status_code == 303
    home.client.delete_cookie("learnapp")
    assert _enter(home, "head").location == "/"
    tries = [_enter(home, "other", "wrong").status_code for _ in range(6)]
    assert tries[0] == 422 and tries[-1] == 429


def _enter(home, login: str, password: str = ""):
    data = {"login_name": login, "password": password or PEOPLE[login]}
    return home.post("/sign-in/directory/court", **data)
