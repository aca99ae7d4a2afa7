"""A certificate is linked by whoever is signed in, to one person, and is a second factor by itself."""

from __future__ import annotations

from learnapp.domain.accounts.second_factor import SecondState
from learnapp.domain.core.permissions import Role
from learnapp.services.accounts import access, certificates, second_factor, sign_in
from learnapp.services.accounts.sign_in import Visitor
from tests.services.refusals import refused
from tests.small_office import NOW

WHO = "CN=张三,O=某市公安局"
HERE = Visitor("10.0.0.1")


def _enter(office, subject=WHO):
    return certificates.enter(office.session, subject, "Linux", NOW, HERE)


def test_nobody_enters_by_a_certificate_that_nobody_linked(office):
    assert _enter(office) is None


def test_who_linked_it_enters_and_nobody_else_can_link_it(office):
    assert certificates.link(office.caller("officer"), WHO)
    assert not certificates.link(office.caller("officer"), WHO)  # pressed twice
    with refused("certificate_taken"):
        certificates.link(office.caller("other"), WHO)
    person_id, opened = _enter(office)
    assert person_id == office.staff["officer"]
    assert sign_in.who(office.session, opened.token, NOW).person_id == person_id
    assert _enter(office, WHO + "2") is None
    (row,) = certificates.linked(office.caller("officer"))
    assert not certificates.unlink(office.caller("other"), row.id)
    assert certificates.unlink(office.caller("officer"), row.id) and _enter(office) is None
    assert certificates.link(office.caller("other"), WHO)


def test_it_is_a_second_factor_by_itself_and_ends_with_the_account(office):
    second_factor.require(office.system(), [Role.ADMIN])
    certificates.link(office.caller("admin"), WHO)
    _, opened = _enter(office)
    assert sign_in.who(office.session, opened.token, NOW).second == SecondState.DONE
    certificates.link(office.caller("officer"), "CN=李四")
    access.disable(office.caller("admin"), office.staff["officer"])
    assert _enter(office, "CN=李四") is None
