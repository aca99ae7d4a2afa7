"""Exactly one membership counts per person, line and day: held by the database too."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"

# What stands on the same line for the same person, was not superseded, and shares a day with the
# new row; an end is the superseding row of the one it ends, and an empty span shares no day.
_CLASH = """
    SELECT 1 FROM memberships AS held
    WHERE NEW.counts AND held.counts
      AND held.person_id = NEW.person_id AND held.line_id = NEW.line_id
      AND (NEW.supersedes_id IS NULL OR held.id <> NEW.supersedes_id)
      AND NOT EXISTS (SELECT 1 FROM memberships AS later WHERE later.supersedes_id = held.id)
      AND (held.valid_to IS NULL
           OR (held.valid_to > held.valid_from AND held.valid_to > NEW.valid_from))
      AND (NEW.valid_to IS NULL
           OR (NEW.valid_to > NEW.valid_from AND NEW.valid_to > held.valid_from))
"""


def upgrade() -> None:
    """Refuse a row that would make two count on one day."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER memberships_one_counts BEFORE INSERT ON memberships "
            f"WHEN EXISTS ({_CLASH}) "
            "BEGIN SELECT RAISE(ABORT, 'two memberships would count on one day'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION refuse_two_counting() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN IF EXISTS ({_CLASH}) THEN "
        "RAISE EXCEPTION 'two memberships would count on one day'; END IF; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER memberships_one_counts BEFORE INSERT ON memberships "
        "FOR EACH ROW EXECUTE FUNCTION refuse_two_counting()"
    )
