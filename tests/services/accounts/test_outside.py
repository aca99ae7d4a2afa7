"""An identity of outside is linked once, to one account that exists; a certificate is a second factor too."""

from __future__ import annotations

from learnapp.db.accounts.models import ActivationCode
from learnapp.domain.accounts.outside import IdentityKind, Proven, by_certificate
from learnapp.domain.accounts.second_factor import SecondState
from learnapp.domain.core.permissions import Role
from learnapp.services.accounts import access, activation, outside, second_factor, sign_in
from learnapp.services.accounts.sign_in import Visitor
from tests.services.refusals import refused
from tests.small_office import NOW

WHO = "CN=张三,O=某市公安局"
HERE = Visitor("10.0.0.1")


def _enter(office, subject=WHO):
    return outside.enter(office.session, by_certificate(subject), "Linux", NOW, HERE)


def test_nobody_enters_by_a_certificate_that_nobody_linked(office):
    assert _enter(office) is None


def test_who_linked_it_enters_and_nobody_else_can_link_it(office):
    assert outside.link(office.caller("officer"), by_certificate(WHO))
    assert not outside.link(office.caller("officer"), by_certificate(WHO))  # pressed twice
    with refused("identity_taken"):
        outside.link(office.caller("other"), by_certificate(WHO))
    person_id, opened = _enter(office)
    assert person_id == office.staff["officer"]
    assert sign_in.who(office.session, opened.token, NOW).person_id == person_id
    assert _enter(office, WHO + "2") is None
    (row,) = outside.linked(office.caller("officer"))
    assert not outside.unlink(office.caller("other"), row.id)
    assert outside.unlink(office.caller("officer"), row.id) and _enter(office) is None
    assert outside.link(office.caller("other"), by_certificate(WHO))


def test_it_is_a_second_factor_by_itself_and_ends_with_the_account(office):
    second_factor.require(office.system(), [Role.ADMIN])
    outside.link(office.caller("admin"), by_certificate(WHO))
    _, opened = _enter(office)
    assert sign_in.who(office.session, opened.token, NOW).second == SecondState.DONE
    outside.link(office.caller("officer"), by_certificate("CN=李四"))
    access.disable(office.caller("admin"), office.staff["officer"])
    assert _enter(office, "CN=李四") is None


def _of(login: str, subject: str = "s1") -> Proven:
    return Proven(IdentityKind.OIDC, "https://id.court.cn", subject, login, login)


def test_an_account_is_found_by_its_login_name_and_none_is_made(office):
    found = outside.candidate(office.session, _of(" ＯＦＦＩＣＥＲ "), NOW)
    assert (found.person_id, found.login, found.name) == (
        office.staff["officer"],
        "officer",
        "officer甲",
    )
    assert outside.candidate(office.session, _of("nobody"), NOW) is None
    assert outside.candidate(office.session, _of("不是登录名"), NOW) is None
    access.disable(office.caller("admin"), office.staff["officer"])
    assert outside.candidate(office.session, _of("officer"), NOW) is None


def test_a_linked_identity_is_never_offered_again_under_another_name(office):
    outside.link(office.caller("officer"), _of("officer"))
    assert outside.candidate(office.session, _of("other"), NOW) is None
    found = outside.enter(office.session, _of("other"), "Linux", NOW, HERE)
    assert found[0] == office.staff["officer"]
    assert sign_in.who(office.session, found[1].token, NOW).second == SecondState.NONE


def test_a_one_time_code_links_its_own_account_once_and_sets_no_password(office):
    code = activation.issue_again(office.caller("admin"), office.staff["officer"])
    with refused("code_unknown"):
        outside.link_by_code(office.session, _of("other"), code, NOW)
    assert (
        outside.link_by_code(office.session, _of("officer"), code, NOW) == office.staff["officer"]
    )
    used = office.session.query(ActivationCode).filter_by(person_id=office.staff["officer"]).all()
    assert used[-1].used_at == NOW
    with refused("code_unknown"):
        activation.holder(office.session, code, NOW)
    assert not sign_in.begin(office.session, "officer", HERE, NOW).password_hash
