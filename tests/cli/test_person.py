"""The commands that shut a person out, with one sentence and an exit code for what cannot be."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from learnapp.cli.commands import cli
from learnapp.db.core.caller import Caller
from learnapp.db.core.engine import Database, make_engine
from learnapp.db.people.scope import grants_of
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import SYSTEM, Role
from learnapp.domain.people.people import LoginKind
from learnapp.services.accounts import activation, sign_in
from learnapp.services.operations import installation
from learnapp.services.people import people, roles
from learnapp.services.people.roles import NewGrant
from tests.small_office import HASH, NOW


@pytest.fixture
def run(sqlite_url, tmp_path, monkeypatch):
    """Calls `learnapp person …` over a database with an admin and an officer."""
    clock = tmp_path / "clock"
    clock.write_text(NOW.isoformat())
    for name, value in {
        "LEARNAPP_HOME": str(tmp_path),
        "LEARNAPP_DATABASE_URL": sqlite_url,
        "LEARNAPP_CLOCK_FILE": str(clock),
    }.items():
        monkeypatch.setenv(name, value)
    database = Database(make_engine(sqlite_url))
    with database.writing() as session:
        installation.create_admin(session, NOW, "云岭市委政法委", "管理员", "root")
        person = people.add_person(
            Caller(session, SYSTEM, NOW), "干警甲", [(LoginKind.BADGE, "p1001")]
        )
        activation.set_password(session, NOW, person.id, HASH)
        roles.grant(
            Caller(session, SYSTEM, NOW), person.id, NewGrant(Role.MARKER, 1, None, local_day(NOW))
        )
        token = sign_in.succeed(session, person.id, "Linux", NOW).token

    def call(*words: str, answer: str | None = None):
        return CliRunner().invoke(cli, ["person", *words], input=answer)

    call.database, call.token, call.person_id = database, token, person.id
    yield call
    database.engine.dispose()


def test_disable_says_what_will_happen_asks_and_may_come_twice(run):
    declined = run("disable", "p1001", answer="n\n")
    assert declined.exit_code == 1 and "cannot sign in any more" in declined.output
    assert run("disable", "p1001", answer="y\n").output.endswith("disabled\n")
    assert "nothing changed" in run("disable", "p1001", "--yes").output
    with run.database.reading() as session:
        assert sign_in.who(session, run.token, NOW) is None
    assert "enabled" in run("enable", "p1001", "--yes").output


def test_sessions_a_role_and_a_password_end_by_command(run):
    assert "1 sessions ended" in run("end-sessions", "p1001", "--yes").output
    assert "0 sessions ended" in run("end-sessions", "p1001", "--yes").output
    assert "1 grants ended" in run("end-grant", "p1001", "marker", "--yes").output
    assert "nothing to end" in run("end-grant", "p1001", "marker", "--yes").output
    code = run("code", "p1001", "--yes").output.split()[-1]
    with run.database.reading() as session:
        assert grants_of(session, run.person_id, local_day(NOW)) == ()
        assert activation.holder(session, code, NOW)[0] == run.person_id


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("disable", "nobody"), "Nobody signs in by this name."),
        (("disable", "root"), "the last admin"),
        (("end-grant", "root", "admin"), "the last admin"),
        (("end-grant", "p1001", "marker", "--on", "2020-01-01"), "cannot end before today"),
        (("end-grant", "p1001", "marker", "--on", "soon"), "is no day"),
        (("code", "11010119900307123X"), "no login name"),
    ],
)
def test_what_cannot_be_is_one_sentence_and_an_exit_code(run, words, said):
    reply = run(*words, "--yes")
    assert reply.exit_code == 1 and said in reply.output and "Traceback" not in reply.output
