"""A certificate counts by word of a trusted proxy alone."""

from __future__ import annotations

import pytest

from learnapp.domain.accounts.certificates import (
    SUBJECT,
    VERIFIED,
    label_of,
    networks,
    verified_subject,
)

TRUSTED = networks("127.0.0.1, 10.1.0.0/16")
WHO = "CN=张三 110001,OU=刑侦,O=某市公安局"
GOOD = {VERIFIED: "SUCCESS", SUBJECT: WHO}


def test_the_subject_is_what_a_trusted_proxy_verified():
    assert verified_subject(GOOD, "127.0.0.1", TRUSTED) == WHO
    assert verified_subject(GOOD, "10.1.7.7", TRUSTED) == WHO


@pytest.mark.parametrize("peer", ["10.2.0.1", "::1", "", None, "proxy"])
def test_nobody_else_is_believed(peer):
    assert verified_subject(GOOD, peer, TRUSTED) is None
    assert verified_subject(GOOD, "127.0.0.1", ()) is None


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {SUBJECT: WHO},
        {VERIFIED: "FAILED:expired", SUBJECT: WHO},
        {VERIFIED: "NONE", SUBJECT: WHO},
        {VERIFIED: "SUCCESS"},
        {VERIFIED: "SUCCESS", SUBJECT: "x"},
        {VERIFIED: "SUCCESS", SUBJECT: "CN=a\x00b"},
        {VERIFIED: "SUCCESS", SUBJECT: "CN=" + "a" * 600},
    ],
)
def test_what_was_not_verified_or_is_no_subject_is_none(headers):
    assert verified_subject(headers, "127.0.0.1", TRUSTED) is None


def test_a_person_recognises_the_common_name():
    assert label_of(WHO) == "张三 110001"
    assert label_of("/O=某局/CN=李四") == "李四"
    assert label_of("O=某局") == "O=某局"


def test_a_list_that_names_no_network_is_refused():
    with pytest.raises(ValueError):
        networks("the proxy")
