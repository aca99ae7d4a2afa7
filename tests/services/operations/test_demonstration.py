"""An installation is a demonstration once it is labelled one; then it names who may sign in."""

from __future__ import annotations

from learnapp.services.operations import demonstration
from learnapp.services.operations.demonstration import Login


def test_an_installation_is_no_demonstration_until_it_is_labelled_one(office):
    session = office.session
    assert not demonstration.is_there(session) and demonstration.logins(session) == []
    login = Login("干警", "王五", "officer")
    demonstration.label(session, [login])
    assert demonstration.is_there(session) and demonstration.logins(session) == [login]
