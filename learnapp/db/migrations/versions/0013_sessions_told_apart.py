"""Sessions that their person can tell apart: when and from where each was last used."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from learnapp.db.core.base import Instant

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Two columns, empty for the sessions there are."""
    op.add_column("sign_ins", sa.Column("last_used_at", Instant(), nullable=True))
    op.add_column("sign_ins", sa.Column("last_address", sa.String(length=45), nullable=True))
