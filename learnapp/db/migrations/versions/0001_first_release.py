"""The schema of the first release."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

# Facts: a row is added and never changed or removed.
APPEND_ONLY = (
    "absences",
    "allowances",
    "answer_events",
    "audit_entries",
    "calendar_overrides",
    "check_answers",
    "completions",
    "draw_pools",
    "grants",
    "key_revisions",
    "marks",
    "marks_releases",
    "memberships",
    "paper_questions",
    "passages",
    "placements",
    "results",
    "withdrawals",
)

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "job_runs",
        sa.Column("job", sa.String(length=40), nullable=False),
        sa.Column("period", sa.String(length=60), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("job", "period", name=op.f("pk_job_runs")),
    )
    op.create_table(
        "lines",
        sa.Column("id", BIG, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=True),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lines")),
        sa.UniqueConstraint("code", name=op.f("uq_lines_code")),
    )
    op.create_index(
        "uq_lines_one_default",
        "lines",
        ["is_default"],
        unique=True,
        sqlite_where=sa.text("is_default"),
        postgresql_where=sa.text("is_default"),
    )

    op.create_table(
        "people",
        sa.Column("id", BIG, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sort_key", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("text_size", sa.String(length=5), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
    )
    op.create_table(
        "settings",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", JSON, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_settings")),
    )
    op.create_table(
        "throttles",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", BIG, nullable=False),
        sa.PrimaryKeyConstraint("key", "began_at", name=op.f("pk_throttles")),
    )
    op.create_table(
        "units",
        sa.Column("id", BIG, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("level", BIG, nullable=False),
        sa.Column("sort_key", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_units")),
    )
    op.create_table(
        "absences",
        sa.Column("id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("effect", sa.String(length=40), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", BIG, nullable=True),
        sa.Column("supersedes_id", BIG, nullable=True),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_absences_days")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_absences_person_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["people.id"], name=op.f("fk_absences_recorded_by")
        ),
        sa.ForeignKeyConstraint(
            ["supersedes_id"], ["absences.id"], name=op.f("fk_absences_supersedes_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
        sa.UniqueConstraint("supersedes_id", name=op.f("uq_absences_supersedes_id")),
    )
    op.create_index(op.f("ix_absences_person_id"), "absences", ["person_id"], unique=False)

    op.create_table(
        "activation_codes",
        sa.Column("id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("code_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by", BIG, nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["issued_by"], ["people.id"], name=op.f("fk_activation_codes_issued_by")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_activation_codes_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activation_codes")),
        sa.UniqueConstraint("code_sha256", name=op.f("uq_activation_codes_code_sha256")),
    )
    op.create_index(
        op.f("ix_activation_codes_person_id"), "activation_codes", ["person_id"], unique=False
    )

    op.create_table(
        "audit_entries",
        sa.Column("id", BIG, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", BIG, nullable=True),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", BIG, nullable=True),
        sa.Column("detail", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["people.id"], name=op.f("fk_audit_entries_actor_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entries")),
    )
    op.create_index(
        op.f("ix_audit_entries_recorded_at"), "audit_entries", ["recorded_at"], unique=False
    )
    op.create_index(
        op.f("ix_audit_entries_subject_kind_audit_entries_subject_id"),
        "audit_entries",
        ["subject_kind", "subject_id"],
        unique=False,
    )

    op.create_table(
        "banks",
        sa.Column("id", BIG, nullable=False),
        sa.Column("owner_unit_id", BIG, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("classification", sa.String(length=40), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["owner_unit_id"], ["units.id"], name=op.f("fk_banks_owner_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_banks")),
    )
    op.create_table(
        "credentials",
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_credentials_person_id")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_credentials")),
    )
    op.create_table(
        "files",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", BIG, nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("owner_unit_id", BIG, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", BIG, nullable=True),
        sa.ForeignKeyConstraint(
            ["owner_unit_id"], ["units.id"], name=op.f("fk_files_owner_unit_id")
        ),
        sa.ForeignKeyConstraint(["recorded_by"], ["people.id"], name=op.f("fk_files_recorded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_files")),
        sa.UniqueConstraint("public_id", name=op.f("uq_files_public_id")),
    )
    op.create_index(op.f("ix_files_sha256"), "files", ["sha256"], unique=False)

    op.create_table(
        "grants",
        sa.Column("id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.Column("line_id", BIG, nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", BIG, nullable=True),
        sa.Column("supersedes_id", BIG, nullable=True),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_grants_span")
        ),
        sa.ForeignKeyConstraint(["line_id"], ["lines.id"], name=op.f("fk_grants_line_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_grants_person_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["people.id"], name=op.f("fk_grants_recorded_by")),
        sa.ForeignKeyConstraint(
            ["supersedes_id"], ["grants.id"], name=op.f("fk_grants_supersedes_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_grants_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grants")),
        sa.UniqueConstraint("supersedes_id", name=op.f("uq_grants_supersedes_id")),
    )
    op.create_index(op.f("ix_grants_person_id"), "grants", ["person_id"], unique=False)

    op.create_table(
        "login_names",
        sa.Column("id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_login_names_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_names")),
    )
    op.create_index(op.f("ix_login_names_person_id"), "login_names", ["person_id"], unique=False)
    op.create_index(
        "uq_login_names_current",
        "login_names",
        ["name"],
        unique=True,
        sqlite_where=sa.text("valid_to IS NULL"),
        postgresql_where=sa.text("valid_to IS NULL"),
    )

    op.create_table(
        "memberships",
        sa.Column("id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.Column("line_id", BIG, nullable=False),
        sa.Column("basis", sa.String(length=40), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", BIG, nullable=True),
        sa.Column("supersedes_id", BIG, nullable=True),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_memberships_span")
        ),
        sa.ForeignKeyConstraint(["line_id"], ["lines.id"], name=op.f("fk_memberships_line_id")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_memberships_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["people.id"], name=op.f("fk_memberships_recorded_by")
        ),
        sa.ForeignKeyConstraint(
            ["supersedes_id"], ["memberships.id"], name=op.f("fk_memberships_supersedes_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_memberships_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
        sa.UniqueConstraint("supersedes_id", name=op.f("uq_memberships_supersedes_id")),
    )
    op.create_index(
        op.f("ix_memberships_person_id_memberships_line_id"),
        "memberships",
        ["person_id", "line_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_memberships_unit_id_memberships_line_id"),
        "memberships",
        ["unit_id", "line_id"],
        unique=False,
    )

    op.create_table(
        "placements",
        sa.Column("id", BIG, nullable=False),
        sa.Column("line_id", BIG, nullable=False),
        sa.Column("parent_id", BIG, nullable=True),
        sa.Column("child_id", BIG, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", BIG, nullable=True),
        sa.Column("supersedes_id", BIG, nullable=True),
        sa.CheckConstraint(
            "parent_id IS NULL OR parent_id <> child_id", name=op.f("ck_placements_not_itself")
        ),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_placements_span")
        ),
        sa.ForeignKeyConstraint(["child_id"], ["units.id"], name=op.f("fk_placements_child_id")),
        sa.ForeignKeyConstraint(["line_id"], ["lines.id"], name=op.f("fk_placements_line_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["units.id"], name=op.f("fk_placements_parent_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["people.id"], name=op.f("fk_placements_recorded_by")
        ),
        sa.ForeignKeyConstraint(
            ["supersedes_id"], ["placements.id"], name=op.f("fk_placements_supersedes_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placements")),
        sa.UniqueConstraint("supersedes_id", name=op.f("uq_placements_supersedes_id")),
    )
    op.create_index(
        op.f("ix_placements_line_id_placements_child_id"),
        "placements",
        ["line_id", "child_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_placements_line_id_placements_parent_id"),
        "placements",
        ["line_id", "parent_id"],
        unique=False,
    )

    op.create_table(
        "programmes",
        sa.Column("id", BIG, nullable=False),
        sa.Column("owner_unit_id", BIG, nullable=False),
        sa.Column("line_id", BIG, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("calendar", sa.String(length=40), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["line_id"], ["lines.id"], name=op.f("fk_programmes_line_id")),
        sa.ForeignKeyConstraint(
            ["owner_unit_id"], ["units.id"], name=op.f("fk_programmes_owner_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programmes")),
    )
    op.create_table(
        "readings",
        sa.Column("id", BIG, nullable=False),
        sa.Column("owner_unit_id", BIG, nullable=False),
        sa.Column("classification", sa.String(length=40), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["owner_unit_id"], ["units.id"], name=op.f("fk_readings_owner_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_readings")),
    )
    op.create_table(
        "sign_ins",
        sa.Column("id", BIG, nullable=False),
        sa.Column("token_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("device", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_sign_ins_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_ins")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_sign_ins_token_sha256")),
    )
    op.create_index(op.f("ix_sign_ins_person_id"), "sign_ins", ["person_id"], unique=False)

    op.create_table(
        "bank_categories",
        sa.Column("id", BIG, nullable=False),
        sa.Column("bank_id", BIG, nullable=False),
        sa.Column("parent_id", BIG, nullable=True),
        sa.Column("path", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(["bank_id"], ["banks.id"], name=op.f("fk_bank_categories_bank_id")),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["bank_categories.id"], name=op.f("fk_bank_categories_parent_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_categories")),
        sa.UniqueConstraint("bank_id", "path", name=op.f("uq_bank_categories_bank_id_path")),
    )
    op.create_table(
        "blueprints",
        sa.Column("id", BIG, nullable=False),
        sa.Column("owner_unit_id", BIG, nullable=False),
        sa.Column("bank_id", BIG, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", BIG, nullable=True),
        sa.ForeignKeyConstraint(["bank_id"], ["banks.id"], name=op.f("fk_blueprints_bank_id")),
        sa.ForeignKeyConstraint(
            ["owner_unit_id"], ["units.id"], name=op.f("fk_blueprints_owner_unit_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["people.id"], name=op.f("fk_blueprints_recorded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blueprints")),
    )
    op.create_table(
        "calendar_overrides",
        sa.Column("id", BIG, nullable=False),
        sa.Column("programme_id", BIG, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("is_study_day", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", BIG, nullable=True),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programmes.id"], name=op.f("fk_calendar_overrides_programme_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["people.id"], name=op.f("fk_calendar_overrides_recorded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_overrides")),
    )
    op.create_index(
        op.f("ix_calendar_overrides_programme_id_calendar_overrides_day"),
        "calendar_overrides",
        ["programme_id", "day"],
        unique=False,
    )

    op.create_table(
        "import_jobs",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("file_id", BIG, nullable=False),
        sa.Column("owner_unit_id", BIG, nullable=False),
        sa.Column("bank_id", BIG, nullable=True),
        sa.Column("settings", JSON, nullable=False),
        sa.Column("counts", JSON, nullable=False),
        sa.Column("notes", JSON, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", BIG, nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["bank_id"], ["banks.id"], name=op.f("fk_import_jobs_bank_id")),
        sa.ForeignKeyConstraint(
            ["created_by"], ["people.id"], name=op.f("fk_import_jobs_created_by")
        ),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("fk_import_jobs_file_id")),
        sa.ForeignKeyConstraint(
            ["owner_unit_id"], ["units.id"], name=op.f("fk_import_jobs_owner_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_jobs")),
        sa.UniqueConstraint("public_id", name=op.f("uq_import_jobs_public_id")),
    )
    op.create_table(
        "passages",
        sa.Column("id", BIG, nullable=False),
        sa.Column("bank_id", BIG, nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("content", JSON, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["bank_id"], ["banks.id"], name=op.f("fk_passages_bank_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passages")),
        sa.UniqueConstraint("bank_id", "fingerprint", name=op.f("uq_passages_bank_id_fingerprint")),
    )
    op.create_table(
        "programme_revisions",
        sa.Column("id", BIG, nullable=False),
        sa.Column("programme_id", BIG, nullable=False),
        sa.Column("number", BIG, nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", BIG, nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_by", BIG, nullable=True),
        sa.CheckConstraint(
            "(state = 'published') = (published_at IS NOT NULL)",
            name=op.f("ck_programme_revisions_published"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programmes.id"], name=op.f("fk_programme_revisions_programme_id")
        ),
        sa.ForeignKeyConstraint(
            ["published_by"], ["people.id"], name=op.f("fk_programme_revisions_published_by")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["people.id"], name=op.f("fk_programme_revisions_recorded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme_revisions")),
        sa.UniqueConstraint(
            "programme_id", "number", name=op.f("uq_programme_revisions_programme_id_number")
        ),
    )
    op.create_table(
        "questions",
        sa.Column("id", BIG, nullable=False),
        sa.Column("bank_id", BIG, nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["bank_id"], ["banks.id"], name=op.f("fk_questions_bank_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questions")),
        sa.UniqueConstraint(
            "bank_id", "fingerprint", name=op.f("uq_questions_bank_id_fingerprint")
        ),
    )
    op.create_table(
        "reading_versions",
        sa.Column("id", BIG, nullable=False),
        sa.Column("reading_id", BIG, nullable=False),
        sa.Column("number", BIG, nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("source", sa.String(length=400), nullable=False),
        sa.Column("category", sa.String(length=100), nullable=False),
        sa.Column("length", BIG, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", BIG, nullable=True),
        sa.ForeignKeyConstraint(
            ["reading_id"], ["readings.id"], name=op.f("fk_reading_versions_reading_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["people.id"], name=op.f("fk_reading_versions_recorded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading_versions")),
        sa.UniqueConstraint(
            "reading_id", "number", name=op.f("uq_reading_versions_reading_id_number")
        ),
    )
    op.create_table(
        "blueprint_cells",
        sa.Column("blueprint_id", BIG, nullable=False),
        sa.Column("ordinal", BIG, nullable=False),
        sa.Column("section", sa.String(length=200), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("category", sa.String(length=400), nullable=True),
        sa.Column("difficulty", BIG, nullable=True),
        sa.Column("count", BIG, nullable=False),
        sa.Column("marks", BIG, nullable=False),
        sa.CheckConstraint("count > 0 AND marks > 0", name=op.f("ck_blueprint_cells_positive")),
        sa.ForeignKeyConstraint(
            ["blueprint_id"], ["blueprints.id"], name=op.f("fk_blueprint_cells_blueprint_id")
        ),
        sa.PrimaryKeyConstraint("blueprint_id", "ordinal", name=op.f("pk_blueprint_cells")),
    )
    op.create_table(
        "exams",
        sa.Column("id", BIG, nullable=False),
        sa.Column("owner_unit_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("blueprint_id", BIG, nullable=False),
        sa.Column("duration_s", BIG, nullable=False),
        sa.Column("pass_mark", BIG, nullable=False),
        sa.Column("tries", BIG, nullable=False),
        sa.Column("multiple_rule", sa.String(length=40), nullable=False),
        sa.Column("release", sa.String(length=40), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", BIG, nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "duration_s > 0 AND pass_mark >= 0 AND tries > 0", name=op.f("ck_exams_positive")
        ),
        sa.ForeignKeyConstraint(
            ["blueprint_id"], ["blueprints.id"], name=op.f("fk_exams_blueprint_id")
        ),
        sa.ForeignKeyConstraint(
            ["owner_unit_id"], ["units.id"], name=op.f("fk_exams_owner_unit_id")
        ),
        sa.ForeignKeyConstraint(["recorded_by"], ["people.id"], name=op.f("fk_exams_recorded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exams")),
    )
    op.create_table(
        "import_rows",
        sa.Column("job_id", BIG, nullable=False),
        sa.Column("ordinal", BIG, nullable=False),
        sa.Column("place", JSON, nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("reasons", JSON, nullable=False),
        sa.Column("record", JSON, nullable=False),
        sa.Column("raw", sa.String(), nullable=False),
        sa.Column("decision", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["import_jobs.id"], name=op.f("fk_import_rows_job_id")),
        sa.PrimaryKeyConstraint("job_id", "ordinal", name=op.f("pk_import_rows")),
    )
    op.create_index(
        op.f("ix_import_rows_job_id_import_rows_outcome"),
        "import_rows",
        ["job_id", "outcome"],
        unique=False,
    )

    op.create_table(
        "question_versions",
        sa.Column("id", BIG, nullable=False),
        sa.Column("question_id", BIG, nullable=False),
        sa.Column("bank_id", BIG, nullable=False),
        sa.Column("number", BIG, nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("stem", JSON, nullable=False),
        sa.Column("options", JSON, nullable=False),
        sa.Column("passage_id", BIG, nullable=True),
        sa.Column("category_id", BIG, nullable=True),
        sa.Column("difficulty", sa.SmallInteger(), nullable=True),
        sa.Column("explanation", JSON, nullable=False),
        sa.Column("source", sa.String(length=400), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("use", sa.String(length=40), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", BIG, nullable=True),
        sa.CheckConstraint(
            "difficulty BETWEEN 1 AND 5", name=op.f("ck_question_versions_difficulty")
        ),
        sa.ForeignKeyConstraint(
            ["bank_id"], ["banks.id"], name=op.f("fk_question_versions_bank_id")
        ),
        sa.ForeignKeyConstraint(
            ["category_id"], ["bank_categories.id"], name=op.f("fk_question_versions_category_id")
        ),
        sa.ForeignKeyConstraint(
            ["passage_id"], ["passages.id"], name=op.f("fk_question_versions_passage_id")
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["questions.id"], name=op.f("fk_question_versions_question_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["people.id"], name=op.f("fk_question_versions_recorded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_versions")),
        sa.UniqueConstraint(
            "question_id", "number", name=op.f("uq_question_versions_question_id_number")
        ),
    )
    op.create_index(
        op.f(
            "ix_question_versions_bank_id_question_versions_status_question_versions_type_question_versions_category_id"
        ),
        "question_versions",
        ["bank_id", "status", "type", "category_id"],
        unique=False,
    )

    op.create_table(
        "stages",
        sa.Column("id", BIG, nullable=False),
        sa.Column("revision_id", BIG, nullable=False),
        sa.Column("ordinal", BIG, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_stages_days")),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["programme_revisions.id"], name=op.f("fk_stages_revision_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stages")),
        sa.UniqueConstraint("revision_id", "ordinal", name=op.f("uq_stages_revision_id_ordinal")),
    )
    op.create_table(
        "draw_pools",
        sa.Column("id", BIG, nullable=False),
        sa.Column("exam_id", BIG, nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("candidates", JSON, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["exam_id"], ["exams.id"], name=op.f("fk_draw_pools_exam_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw_pools")),
        sa.UniqueConstraint(
            "exam_id", "fingerprint", name=op.f("uq_draw_pools_exam_id_fingerprint")
        ),
    )
    op.create_table(
        "key_revisions",
        sa.Column("id", BIG, nullable=False),
        sa.Column("version_id", BIG, nullable=False),
        sa.Column("number", BIG, nullable=False),
        sa.Column("key", JSON, nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", BIG, nullable=True),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["people.id"], name=op.f("fk_key_revisions_recorded_by")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["question_versions.id"], name=op.f("fk_key_revisions_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_key_revisions")),
        sa.UniqueConstraint(
            "version_id", "number", name=op.f("uq_key_revisions_version_id_number")
        ),
    )
    op.create_table(
        "marks_releases",
        sa.Column("id", BIG, nullable=False),
        sa.Column("exam_id", BIG, nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", BIG, nullable=True),
        sa.ForeignKeyConstraint(["exam_id"], ["exams.id"], name=op.f("fk_marks_releases_exam_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["people.id"], name=op.f("fk_marks_releases_recorded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_marks_releases")),
        sa.UniqueConstraint("exam_id", name=op.f("uq_marks_releases_exam_id")),
    )
    op.create_table(
        "portions",
        sa.Column("id", BIG, nullable=False),
        sa.Column("reading_id", BIG, nullable=False),
        sa.Column("ordinal", BIG, nullable=False),
        sa.Column("check_version_id", BIG, nullable=True),
        sa.ForeignKeyConstraint(
            ["check_version_id"],
            ["question_versions.id"],
            name=op.f("fk_portions_check_version_id"),
        ),
        sa.ForeignKeyConstraint(
            ["reading_id"], ["readings.id"], name=op.f("fk_portions_reading_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portions")),
        sa.UniqueConstraint("reading_id", "ordinal", name=op.f("uq_portions_reading_id_ordinal")),
    )
    op.create_table(
        "standings",
        sa.Column("stage_id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.Column("owed", BIG, nullable=False),
        sa.Column("done", BIG, nullable=False),
        sa.Column("excused", BIG, nullable=False),
        sa.Column("due", BIG, nullable=False),
        sa.Column("due_done", BIG, nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_change_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_standings_person_id")),
        sa.ForeignKeyConstraint(["stage_id"], ["stages.id"], name=op.f("fk_standings_stage_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_standings_unit_id")),
        sa.PrimaryKeyConstraint("stage_id", "person_id", name=op.f("pk_standings")),
    )
    op.create_index(
        op.f("ix_standings_next_change_at"), "standings", ["next_change_at"], unique=False
    )
    op.create_index(
        op.f("ix_standings_stage_id_standings_unit_id"),
        "standings",
        ["stage_id", "unit_id"],
        unique=False,
    )

    op.create_table(
        "check_answers",
        sa.Column("id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("portion_id", BIG, nullable=False),
        sa.Column("key_revision_id", BIG, nullable=False),
        sa.Column("response", JSON, nullable=False),
        sa.Column("right", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["key_revision_id"], ["key_revisions.id"], name=op.f("fk_check_answers_key_revision_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_check_answers_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["portion_id"], ["portions.id"], name=op.f("fk_check_answers_portion_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_answers")),
    )
    op.create_index(
        op.f("ix_check_answers_person_id_check_answers_portion_id"),
        "check_answers",
        ["person_id", "portion_id"],
        unique=False,
    )

    op.create_table(
        "exam_windows",
        sa.Column("id", BIG, nullable=False),
        sa.Column("exam_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("pool_id", BIG, nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("closes_at > opens_at", name=op.f("ck_exam_windows_times")),
        sa.ForeignKeyConstraint(["exam_id"], ["exams.id"], name=op.f("fk_exam_windows_exam_id")),
        sa.ForeignKeyConstraint(
            ["pool_id"], ["draw_pools.id"], name=op.f("fk_exam_windows_pool_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exam_windows")),
    )
    op.create_index(op.f("ix_exam_windows_exam_id"), "exam_windows", ["exam_id"], unique=False)
    op.create_index(
        op.f("ix_exam_windows_state_exam_windows_opens_at"),
        "exam_windows",
        ["state", "opens_at"],
        unique=False,
    )

    op.create_table(
        "items",
        sa.Column("id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("portion_id", BIG, nullable=True),
        sa.Column("exam_id", BIG, nullable=True),
        sa.CheckConstraint(
            "(CASE WHEN portion_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN exam_id IS NULL THEN 0 ELSE 1 END) <= 1",
            name=op.f("ck_items_one_thing"),
        ),
        sa.ForeignKeyConstraint(["exam_id"], ["exams.id"], name=op.f("fk_items_exam_id")),
        sa.ForeignKeyConstraint(["portion_id"], ["portions.id"], name=op.f("fk_items_portion_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_items")),
        sa.UniqueConstraint("exam_id", name=op.f("uq_items_exam_id")),
        sa.UniqueConstraint("portion_id", name=op.f("uq_items_portion_id")),
    )
    op.create_table(
        "reading_places",
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("portion_id", BIG, nullable=False),
        sa.Column("section", BIG, nullable=False),
        sa.Column("furthest", BIG, nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_reading_places_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["portion_id"], ["portions.id"], name=op.f("fk_reading_places_portion_id")
        ),
        sa.PrimaryKeyConstraint("person_id", "portion_id", name=op.f("pk_reading_places")),
    )
    op.create_table(
        "reading_sections",
        sa.Column("version_id", BIG, nullable=False),
        sa.Column("ordinal", BIG, nullable=False),
        sa.Column("portion_id", BIG, nullable=False),
        sa.Column("heading", sa.String(length=200), nullable=False),
        sa.Column("html", sa.String(), nullable=False),
        sa.Column("length", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["portion_id"], ["portions.id"], name=op.f("fk_reading_sections_portion_id")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["reading_versions.id"], name=op.f("fk_reading_sections_version_id")
        ),
        sa.PrimaryKeyConstraint("version_id", "ordinal", name=op.f("pk_reading_sections")),
    )
    op.create_index(
        op.f("ix_reading_sections_portion_id"), "reading_sections", ["portion_id"], unique=False
    )

    op.create_table(
        "attempts",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("exam_id", BIG, nullable=False),
        sa.Column("window_id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("number", BIG, nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("pool_id", BIG, nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("base_deadline", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_by", sa.String(length=10), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("void_reason", sa.String(length=400), nullable=True),
        sa.CheckConstraint(
            "(state = 'open') = (submitted_at IS NULL AND voided_at IS NULL)",
            name=op.f("ck_attempts_ended"),
        ),
        sa.ForeignKeyConstraint(["exam_id"], ["exams.id"], name=op.f("fk_attempts_exam_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_attempts_person_id")),
        sa.ForeignKeyConstraint(["pool_id"], ["draw_pools.id"], name=op.f("fk_attempts_pool_id")),
        sa.ForeignKeyConstraint(
            ["window_id"], ["exam_windows.id"], name=op.f("fk_attempts_window_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempts")),
        sa.UniqueConstraint("public_id", name=op.f("uq_attempts_public_id")),
        sa.UniqueConstraint(
            "window_id", "person_id", "number", name=op.f("uq_attempts_window_id_person_id_number")
        ),
    )
    op.create_index(
        op.f("ix_attempts_state_attempts_base_deadline"),
        "attempts",
        ["state", "base_deadline"],
        unique=False,
    )
    op.create_index(
        "uq_attempts_one_open",
        "attempts",
        ["person_id", "exam_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )

    op.create_table(
        "completions",
        sa.Column("id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("item_id", BIG, nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("evidence", JSON, nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", BIG, nullable=True),
        sa.CheckConstraint(
            "recorded_at >= occurred_at", name=op.f("ck_completions_recorded_after")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_completions_item_id")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_completions_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["people.id"], name=op.f("fk_completions_recorded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_completions")),
        sa.UniqueConstraint(
            "person_id", "item_id", "source", name=op.f("uq_completions_person_id_item_id_source")
        ),
    )
    op.create_index(op.f("ix_completions_item_id"), "completions", ["item_id"], unique=False)

    op.create_table(
        "requirements",
        sa.Column("id", BIG, nullable=False),
        sa.Column("stage_id", BIG, nullable=False),
        sa.Column("item_id", BIG, nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("plan_day", sa.Date(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("audience", JSON, nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_requirements_item_id")),
        sa.ForeignKeyConstraint(["stage_id"], ["stages.id"], name=op.f("fk_requirements_stage_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requirements")),
        sa.UniqueConstraint("stage_id", "item_id", name=op.f("uq_requirements_stage_id_item_id")),
    )
    op.create_index(op.f("ix_requirements_item_id"), "requirements", ["item_id"], unique=False)

    op.create_table(
        "allowances",
        sa.Column("id", BIG, nullable=False),
        sa.Column("attempt_id", BIG, nullable=False),
        sa.Column("seconds", BIG, nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", BIG, nullable=True),
        sa.CheckConstraint("seconds > 0", name=op.f("ck_allowances_positive")),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempts.id"], name=op.f("fk_allowances_attempt_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["people.id"], name=op.f("fk_allowances_recorded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allowances")),
    )
    op.create_index(op.f("ix_allowances_attempt_id"), "allowances", ["attempt_id"], unique=False)

    op.create_table(
        "answer_events",
        sa.Column("attempt_id", BIG, nullable=False),
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("seq", BIG, nullable=False),
        sa.Column("question", BIG, nullable=False),
        sa.Column("response", JSON, nullable=True),
        sa.Column("flagged", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempts.id"], name=op.f("fk_answer_events_attempt_id")
        ),
        sa.PrimaryKeyConstraint("attempt_id", "event_id", name=op.f("pk_answer_events")),
    )
    op.create_table(
        "marks",
        sa.Column("attempt_id", BIG, nullable=False),
        sa.Column("question", BIG, nullable=False),
        sa.Column("number", BIG, nullable=False),
        sa.Column("key_revision_id", BIG, nullable=False),
        sa.Column("awarded", BIG, nullable=False),
        sa.Column("right", sa.Boolean(), nullable=True),
        sa.Column("comment", sa.String(length=400), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", BIG, nullable=True),
        sa.CheckConstraint("awarded >= 0", name=op.f("ck_marks_not_negative")),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempts.id"], name=op.f("fk_marks_attempt_id")),
        sa.ForeignKeyConstraint(
            ["key_revision_id"], ["key_revisions.id"], name=op.f("fk_marks_key_revision_id")
        ),
        sa.ForeignKeyConstraint(["recorded_by"], ["people.id"], name=op.f("fk_marks_recorded_by")),
        sa.PrimaryKeyConstraint("attempt_id", "question", "number", name=op.f("pk_marks")),
    )
    op.create_index(op.f("ix_marks_key_revision_id"), "marks", ["key_revision_id"], unique=False)

    op.create_table(
        "paper_questions",
        sa.Column("attempt_id", BIG, nullable=False),
        sa.Column("ordinal", BIG, nullable=False),
        sa.Column("version_id", BIG, nullable=False),
        sa.Column("section", sa.String(length=200), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("blanks", BIG, nullable=False),
        sa.Column("option_order", JSON, nullable=False),
        sa.Column("marks", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempts.id"], name=op.f("fk_paper_questions_attempt_id")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["question_versions.id"], name=op.f("fk_paper_questions_version_id")
        ),
        sa.PrimaryKeyConstraint("attempt_id", "ordinal", name=op.f("pk_paper_questions")),
        sa.UniqueConstraint(
            "attempt_id", "version_id", name=op.f("uq_paper_questions_attempt_id_version_id")
        ),
    )
    op.create_index(
        op.f("ix_paper_questions_version_id"), "paper_questions", ["version_id"], unique=False
    )

    op.create_table(
        "results",
        sa.Column("attempt_id", BIG, nullable=False),
        sa.Column("number", BIG, nullable=False),
        sa.Column("awarded", BIG, nullable=False),
        sa.Column("full", BIG, nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempts.id"], name=op.f("fk_results_attempt_id")
        ),
        sa.PrimaryKeyConstraint("attempt_id", "number", name=op.f("pk_results")),
    )
    op.create_table(
        "withdrawals",
        sa.Column("id", BIG, nullable=False),
        sa.Column("completion_id", BIG, nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", BIG, nullable=True),
        sa.CheckConstraint(
            "recorded_at >= occurred_at", name=op.f("ck_withdrawals_recorded_after")
        ),
        sa.ForeignKeyConstraint(
            ["completion_id"], ["completions.id"], name=op.f("fk_withdrawals_completion_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["people.id"], name=op.f("fk_withdrawals_recorded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_withdrawals")),
        sa.UniqueConstraint("completion_id", name=op.f("uq_withdrawals_completion_id")),
    )
    _hold_append_only()


def _hold_append_only() -> None:
    """Let the database itself refuse to change or remove a fact."""
    if op.get_bind().dialect.name == "sqlite":
        for table in APPEND_ONLY:
            for verb in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
        return
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
