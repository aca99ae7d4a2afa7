"""Tables of credentials, password hashes, one-time codes and their sheets, sign-ins, guesses."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from learnapp.db.core.base import (
    Base,
    BigId,
    Code,
    Id,
    MaybePersonRef,
    PersonRef,
    PublicId,
    TypedText,
    UnitRef,
)
from learnapp.domain.core import lengths


class CodeSheet(Base):
    """The codes that one action issued; who may read them is asked person by person."""

    __tablename__ = "code_sheets"
    __table_args__ = (
        Index(None, "job_id"),
        Index(
            None,
            "expires_at",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
    id: Mapped[Id]
    public_id: Mapped[PublicId]
    origin: Mapped[Code]  # roster, person, bulk
    job_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("import_jobs.id"))
    count: Mapped[int]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[MaybePersonRef]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[MaybePersonRef]


class SealedCode(Base):
    """One code of a sheet, encrypted, at its place in the sheet; the row goes when the sheet ends."""

    __tablename__ = "sealed_codes"
    __table_args__ = (Index(None, "person_id"), Index(None, "sheet_id", "unit_id"))
    sheet_id: Mapped[int] = mapped_column(BigId, ForeignKey("code_sheets.id"), primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[PersonRef]
    unit_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("units.id"))
    code_id: Mapped[int] = mapped_column(BigId, ForeignKey("activation_codes.id"))
    sealed: Mapped[bytes] = mapped_column(LargeBinary(80))


class Credential(Base):
    """An Argon2id hash; a person has none before activation, nor once a new code was issued."""

    __tablename__ = "credentials"
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("people.id"), primary_key=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    changed_at: Mapped[datetime]


class PasswordHash(Base):
    """The last passwords of a person, the present one among them, so that none is taken again."""

    __tablename__ = "password_hashes"
    __table_args__ = (Index(None, "person_id"),)
    id: Mapped[Id]
    person_id: Mapped[PersonRef]
    password_hash: Mapped[str] = mapped_column(String(200))
    set_at: Mapped[datetime]


class ActivationCode(Base):
    """A one-time code, stored as SHA-256, shown once to the admin who issued it."""

    __tablename__ = "activation_codes"
    __table_args__ = (Index(None, "person_id"),)
    id: Mapped[Id]
    person_id: Mapped[PersonRef]
    code_sha256: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    issued_at: Mapped[datetime]
    issued_by: Mapped[MaybePersonRef]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class SignIn(Base):
    """A signed-in session; revoking the row signs out at once, on every process."""

    __tablename__ = "sign_ins"
    __table_args__ = (Index(None, "person_id"),)
    id: Mapped[Id]
    token_sha256: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    person_id: Mapped[PersonRef]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]  # to ten minutes, by posts; shown to the person alone
    last_address: Mapped[str | None] = mapped_column(String(45))
    revoked_at: Mapped[datetime | None]
    device: Mapped[str] = mapped_column(String(60))
    address_sha256: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    device_sha256: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    idle_s: Mapped[int | None]  # it ends when it is not used for so long
    kept_until: Mapped[datetime | None]  # by a test: idleness does not end it before
    second: Mapped[str] = mapped_column(String(10), server_default="none")  # SecondState
    second_at: Mapped[datetime | None]


class SecondFactor(Base):
    """A person's second factor: its secret, sealed, and the last step whose code was used."""

    __tablename__ = "second_factors"
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("people.id"), primary_key=True)
    sealed: Mapped[bytes]
    last_step: Mapped[int]
    confirmed_at: Mapped[datetime | None]


class OutsideIdentity(Base):
    """An identity of outside (a certificate's subject, an account of a provider, hashed) that a person
    signs in by; `label` is what they recognise of it."""

    __tablename__ = "outside_identities"
    __table_args__ = (
        Index(None, "person_id"),
        Index(
            "uq_outside_identities_alive",
            "kind",
            "subject_sha256",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
    id: Mapped[Id]
    kind: Mapped[Code]
    subject_sha256: Mapped[bytes]
    label: Mapped[str] = mapped_column(String(200))
    person_id: Mapped[PersonRef]
    linked_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class ClosedPassword(Base):
    """Since when nobody of a unit, or of a unit below it on the default line, enters by a password of
    ours; over once `opened_at` is set."""

    __tablename__ = "closed_passwords"
    __table_args__ = (
        Index(
            "uq_closed_passwords_alive",
            "unit_id",
            unique=True,
            sqlite_where=text("opened_at IS NULL"),
            postgresql_where=text("opened_at IS NULL"),
        ),
    )
    id: Mapped[Id]
    unit_id: Mapped[UnitRef]
    closed_at: Mapped[datetime]
    closed_by: Mapped[MaybePersonRef]
    opened_at: Mapped[datetime | None]
    opened_by: Mapped[MaybePersonRef]


class EmergencyAccount(Base):
    """A person who enters by a password wherever passwords are closed, with the reason."""

    __tablename__ = "emergency_accounts"
    __table_args__ = (
        Index(
            "uq_emergency_accounts_alive",
            "person_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
    id: Mapped[Id]
    person_id: Mapped[PersonRef]
    reason: Mapped[str] = mapped_column(TypedText(lengths.LINE))
    named_at: Mapped[datetime]
    named_by: Mapped[MaybePersonRef]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[MaybePersonRef]


class Separation(Base):
    """三员分立 was switched on or off; the newest row holds."""

    __tablename__ = "separations"
    id: Mapped[Id]
    is_on: Mapped[bool]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[MaybePersonRef]


class RoleRequest(Base):
    """A role that somebody asked to give and somebody else confirms; decided once."""

    __tablename__ = "role_requests"
    __table_args__ = (
        Index(None, "person_id"),
        Index(
            "ix_role_requests_open",
            "unit_id",
            sqlite_where=text("decided_at IS NULL"),
            postgresql_where=text("decided_at IS NULL"),
        ),
        CheckConstraint("decided_by IS NULL OR decided_by <> asked_by", name="two_people"),
    )
    id: Mapped[Id]
    person_id: Mapped[PersonRef]
    role: Mapped[Code]
    unit_id: Mapped[UnitRef]
    line_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("lines.id"))
    from_day: Mapped[date]
    to_day: Mapped[date | None]
    asked_at: Mapped[datetime]
    asked_by: Mapped[PersonRef]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[MaybePersonRef]
    outcome: Mapped[str | None] = mapped_column(String(10))  # given, refused


class RecoveryCode(Base):
    """A code for the loss of a second factor, as SHA-256; used once."""

    __tablename__ = "recovery_codes"
    __table_args__ = (Index(None, "person_id"),)
    id: Mapped[Id]
    person_id: Mapped[PersonRef]
    code_sha256: Mapped[bytes]
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Throttle(Base):
    """A counter of tries in a slot of time, against guessing; shared by all processes."""

    __tablename__ = "throttles"
    __table_args__ = (Index(None, "began_at"),)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    began_at: Mapped[datetime] = mapped_column(primary_key=True)
    count: Mapped[int]
    last_at: Mapped[datetime | None]
