"""Displays of wall charts: opened for one network, found by their address alone, revoked for good."""

from __future__ import annotations

import pytest

from learnapp.db.core.sealing import Seal
from learnapp.domain.core.errors import Forbidden, NotFound, RuleBroken
from learnapp.domain.core.permissions import Role
from learnapp.services.progress import displays, figures
from learnapp.services.progress.displays import NewDisplay
from tests.small_office import NOW, add_branch

SEAL = Seal(b"k" * 32)


def _new(office, **other):
    about = {"name": "大厅", "unit_id": office.unit_id, "programme_id": office.programme_id}
    return NewDisplay(**{**about, "networks": "10.3.0.0/16", **other})


def test_a_display_is_found_by_its_address_from_its_network_until_it_is_revoked(office):
    head = office.caller("head")
    made = displays.add(head, _new(office), SEAL)
    (listed,) = displays.in_reach(head, SEAL)
    assert listed.token and listed.token not in (made.token_sha256, made.name)
    assert displays.shown_at(office.session, listed.token, "10.3.8.1").id == made.id
    for token, address in ((listed.token, "10.4.0.1"), ("other", "10.3.8.1"), (listed.token, "")):
        with pytest.raises(NotFound):
            displays.shown_at(office.session, token, address)
    for _ in range(2):
        displays.revoke(head, made.id)
    with pytest.raises(NotFound):
        displays.shown_at(office.session, listed.token, "10.3.8.1")
    assert displays.in_reach(head, SEAL) == []


def test_a_display_shows_what_the_page_of_the_unit_says(office):
    head = office.caller("head")
    made = displays.add(head, _new(office), SEAL)
    shown = displays.chart(head, made)
    stage = figures.stage_for(office.session, office.stage_id)
    found = figures.unit_figures(head, stage, office.unit_id)
    assert shown is not None and (shown.rows, shown.time) == (found.rows, found.time)


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"name": " "}, "display_unnamed"),
        ({"networks": ""}, "networks_needed"),
        ({"networks": "office"}, "network_unread"),
        ({"programme_id": 999}, "programme_not_here"),
    ],
)
def test_a_display_needs_a_name_its_network_and_a_programme(office, other, code):
    with pytest.raises(RuleBroken, match=code):
        displays.add(office.caller("head"), _new(office, **other), SEAL)


def test_nobody_opens_or_revokes_a_display_beyond_their_units(office):
    branch, local = add_branch(office.session, office.unit_id)
    office.staff["local"] = local
    made = displays.add(office.caller("head"), _new(office), SEAL)
    mine = office.caller("local")
    assert displays.in_reach(mine, SEAL) == []
    with pytest.raises(NotFound):
        displays.revoke(mine, made.id)
    with pytest.raises(NotFound):
        displays.add(mine, _new(office), SEAL)
    assert displays.add(mine, _new(office, unit_id=branch), SEAL).unit_id == branch
    inspector = office.appoint("other", Role.INSPECTOR)
    for deed in (displays.in_reach, lambda caller, seal: displays.revoke(caller, made.id)):
        with pytest.raises(Forbidden):
            deed(inspector, SEAL)
    assert inspector.now == NOW
