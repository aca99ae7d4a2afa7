"""What people set for themselves: how pages look, and a new password."""

from __future__ import annotations

from learnapp.db.accounts.models import Credential
from learnapp.services.accounts import access, activation, preferences, sign_in
from learnapp.services.accounts.sign_in import Visitor
from tests.services.refusals import refused
from tests.small_office import NOW


def _signed_in(office):
    token = sign_in.succeed(
        office.session, office.staff["officer"], "Linux", NOW, Visitor("10.0.0.1")
    ).token
    office.session.flush()
    return token


def test_language_and_size_of_type_come_with_every_session_of_the_person(office):
    who, token = office.staff["officer"], _signed_in(office)
    preferences.set_language(office.session, who, "en")
    preferences.set_text_size(office.session, who, "1.5")
    office.session.flush()
    found = sign_in.who(office.session, token, NOW)
    assert (found.language, found.text_size) == ("en", "1.5")


def test_a_changed_password_ends_every_session_of_the_person(office):
    who, token = office.staff["officer"], _signed_in(office)
    tried = sign_in.begin_old_password(office.session, who, NOW)
    preferences.change_password(office.caller("officer"), tried, "a new hash")
    assert sign_in.who(office.session, token, NOW) is None
    assert office.session.get(Credential, who).password_hash == "a new hash"


def test_a_password_that_was_replaced_meanwhile_is_not_replaced_again(office):
    who = office.staff["officer"]
    tried = sign_in.begin_old_password(office.session, who, NOW)
    activation.set_password(office.session, NOW, who, "of another window")
    with refused("password_changed"):
        preferences.change_password(office.caller("officer"), tried, "a new hash")


def test_who_was_disabled_meanwhile_changes_nothing(office):
    who = office.staff["officer"]
    tried = sign_in.begin_old_password(office.session, who, NOW)
    access.disable(office.caller(), who)
    with refused("password_changed"):
        preferences.change_password(office.caller("officer"), tried, "a new hash")
