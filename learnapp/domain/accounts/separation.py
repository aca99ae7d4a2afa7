"""三员分立: system, security and audit administrators, whom nobody is two of, nor any other staff.

GB/T 22239-2019, 8.1.5.2 to 8.1.5.4: what keeps the system, what sets policies and what reviews are kept
by different people.
"""

from __future__ import annotations

from collections.abc import Collection

from learnapp.domain.core.permissions import Actor, Permission, Role

THE_THREE = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR)
# Of whom at least one who can sign in is left: without them nobody lets anybody in again.
KEEPERS = (Role.ADMIN, *THE_THREE)


def clashes(role: Role, others: Collection[Role]) -> bool:
    """Whether nobody may have the role, beside these others on the same day, while roles are separated.

    The one admin for everything is nobody's; one of the three has no other role but that of an officer.
    """
    if role is Role.ADMIN:
        return True
    beside = {each for each in others if each not in (role, Role.OFFICER)}
    if role in THE_THREE:
        return bool(beside)
    return role is not Role.OFFICER and any(each in THE_THREE for each in beside)


def needs_second(actor: Actor, role: Role, separated: bool) -> bool:
    """Whether the role is only asked for by the actor and confirmed by somebody else.

    The server itself gives roles alone; an admin for everything does while roles are not separated.
    """
    if actor.person_id is None or role is Role.OFFICER:
        return False
    alone = any(each.role is Role.ADMIN for each in actor.over(Permission.ROLE_GIVE))
    return separated or not alone
