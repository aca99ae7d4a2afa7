"""Networks from which an exam may be sat."""

from __future__ import annotations

import pytest

from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.core.networks import parse_networks, within


def test_networks_are_read_one_a_line_or_a_comma_and_an_address_is_a_network_of_one():
    assert parse_networks(" 10.3.7.1/16， 10.4.1.7、fd00::/8\n") == [
        "10.3.0.0/16",
        "10.4.1.7/32",
        "fd00::/8",
    ]
    assert parse_networks("10.1.0.0/16,,10.2.0.0/16;") == ["10.1.0.0/16", "10.2.0.0/16"]
    assert parse_networks(" ") == []


def test_what_is_no_network_is_named():
    with pytest.raises(RuleBroken) as refused:
        parse_networks("10.3.0.0/16 机房")
    assert (refused.value.field, refused.value.code) == ("networks", "network_unread")
    assert refused.value.params == {"value": "机房"}


@pytest.mark.parametrize(
    ("address", "inside"),
    [
        ("10.3.255.9", True),
        ("10.4.0.1", False),
        ("::ffff:10.3.0.1", True),
        ("fe80::1%eth0", True),
        ("fd00::1", False),
        ("nowhere", False),
        ("", False),
        (None, False),
    ],
)
def test_an_address_lies_in_one_of_the_networks(address, inside):
    assert within(["10.3.0.0/16", "fe80::/10"], address) is inside


def test_any_address_does_where_no_network_is_asked_for():
    assert within([], None) and within([], "nowhere")
