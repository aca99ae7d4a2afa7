"""What a provider proved about somebody, and how long they have to confirm it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from learnapp.domain.accounts.outside import (
    PENDING_FOR,
    IdentityKind,
    Proven,
    by_certificate,
    is_late,
    shown,
)

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def _of(source: str, subject: str, login: str = "j0001") -> Proven:
    return Proven(IdentityKind.OIDC, source, subject, login, login)


def test_the_key_of_an_identity_has_its_source_in_it():
    assert _of("a", "bc").digest() != _of("ab", "c").digest() != _of("a", "bd").digest()
    assert len(_of("a", "b").digest()) == 32


def test_a_certificate_has_the_key_it_always_had_and_is_two_factors():
    card = by_certificate("CN=张三,O=某市公安局")
    assert card.digest().hex().startswith("e620f41e") and card.is_strong
    assert (
        card.label == "张三"
        and card.kind is IdentityKind.CERTIFICATE
        and not _of("a", "b").is_strong
    )


def test_a_label_is_the_name_with_the_login_name():
    assert shown("j0001", "张三") == "张三（j0001）"
    assert shown("j0001", "") == shown("j0001", "j0001") == "j0001"
    assert len(shown("j", "长" * 300)) == 200


def test_a_journey_is_over_after_ten_minutes_and_when_the_clock_went_back():
    assert timedelta(minutes=10) == PENDING_FOR
    assert not is_late(NOW, NOW) and not is_late(NOW, NOW + PENDING_FOR - timedelta(seconds=1))
    assert is_late(NOW, NOW + PENDING_FOR) and is_late(NOW, NOW - timedelta(seconds=1))
