"""The limits of sign-ins that an office has set, and their change."""

from __future__ import annotations

from sqlalchemy.orm import Session

from learnapp.db.accounts.sign_in_facts import POLICY
from learnapp.db.core.caller import Caller
from learnapp.db.operations import audit_log
from learnapp.db.operations.models import Setting
from learnapp.domain.accounts import session_policy as rules
from learnapp.domain.accounts.session_policy import SessionPolicy


def in_force(session: Session) -> SessionPolicy:
    """The limits in force."""
    row = session.get(Setting, POLICY)
    return rules.policy_of(row.value if row else None)


def choose(caller: Caller, name: str, value: int) -> None:
    """Set a limit; sign-ins from now on have it. Audited.

    Raises RuleBroken("policy", "policy_unknown" or "policy_out_of_range").
    """
    session = caller.session
    wanted = rules.stored(rules.changed(in_force(session), name, value))
    row = session.get(Setting, POLICY)
    if row is None:
        session.add(Setting(name=POLICY, value=wanted))
    else:
        row.value = wanted
    audit_log.record(caller, "policy.set", ("house", None), name=name, value=value)
    session.flush()
