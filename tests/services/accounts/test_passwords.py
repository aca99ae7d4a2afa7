"""Passwords: kept as hashes that tell nothing; held against names around the person and the last ones."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from learnapp.domain.accounts.passwords import LAST_PASSWORDS
from learnapp.services.accounts import activation
from learnapp.services.accounts.passwords import (
    against,
    hash_password,
    nobodys_hash,
    refuse_bad,
    verify_password,
    words_of,
)
from tests.services.refusals import refused
from tests.small_office import HASH, NOW, PASSWORD


def test_a_password_fits_its_hash_alone_and_two_hashes_of_it_differ():
    assert verify_password(HASH, PASSWORD) and not verify_password(HASH, f"{PASSWORD} ")
    assert hash_password(PASSWORD) != HASH


@pytest.mark.parametrize("stored", [None, "no hash at all"])
def test_nobodys_hash_fits_no_password(stored):
    assert not verify_password(stored, "nobody signs in with this")


def test_the_time_of_a_check_does_not_tell_a_name_without_an_account():
    ways = {nobodys_hash(str(each)).rsplit("$", 2)[0] for each in range(100001, 100050)}
    assert ways == {"$argon2id$v=19$m=7168,t=5,p=1", "$argon2id$v=19$m=19456,t=2,p=1"}
    assert nobodys_hash("100001") == nobodys_hash("100001")


def test_a_hash_made_in_the_former_way_still_fits():
    former = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1).hash(PASSWORD)
    assert verify_password(former, PASSWORD) and not verify_password(former, f"{PASSWORD} ")


def test_words_of_a_name_are_its_runs_as_written_and_in_pinyin():
    words = words_of(["云岭市"])
    assert {"云岭", "云岭市", "yunling", "yunlingshi", "yl", "yls", "yun"} <= set(words)
    assert all(len(word) > 1 for word in words)


def test_a_password_is_not_made_of_the_persons_names_or_their_units(office):
    held = against(office.session, office.staff["officer"])
    assert {"officer", "云岭", "yunling"} <= {*held.words}
    with refused("password_weak"):
        refuse_bad("Yunling2026", held)


def test_none_of_the_last_passwords_is_taken_again_not_even_after_a_new_code(office):
    who = office.staff["officer"]
    activation.issue(office.caller(), [who])
    held = against(office.session, who)
    with refused("password_used"):
        refuse_bad(PASSWORD, held)
    refuse_bad("correct horse 8 staple", held)


def test_a_password_of_long_ago_may_be_taken_again(office):
    who = office.staff["officer"]
    for number in range(LAST_PASSWORDS):
        assert HASH in against(office.session, who).last
        activation.set_password(office.session, NOW, who, f"hash {number}")
    assert HASH not in against(office.session, who).last
