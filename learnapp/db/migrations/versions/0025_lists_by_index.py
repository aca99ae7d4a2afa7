"""Lists are read by index: a bank's newest versions and their words, answers that wait for a marker."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0025"
down_revision = "0024"

_VERSIONS = sa.table(
    "question_versions",
    sa.column("id", sa.BigInteger()),
    sa.column("question_id", sa.BigInteger()),
    sa.column("bank_id", sa.BigInteger()),
    sa.column("number", sa.BigInteger()),
    sa.column("type", sa.String()),
    sa.column("search", sa.Text()),
    sa.column("listed", sa.Boolean()),
)
_QUESTIONS = sa.table(
    "questions", sa.column("id", sa.BigInteger()), sa.column("retired_at", sa.DateTime())
)
_WAITING = (
    (
        "ix_question_versions_in_review",
        ["status", "bank_id"],
        "status = 'in_review'",
        "status = 'in_review'",
    ),
    (
        "ix_question_versions_review_owed",
        ["review_owed", "status"],
        "review_owed = 1",
        "review_owed",
    ),
)
_PAIRS = """
CREATE FUNCTION text_pairs(words text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT coalesce(array_agg(DISTINCT gram), '{}') FROM (
    SELECT unnest(ARRAY[sign, sign || lead(sign) OVER (ORDER BY place)]) AS gram
    FROM unnest(string_to_array(words, NULL)) WITH ORDINALITY AS signs(sign, place)
  ) AS grams WHERE gram IS NOT NULL
$$
"""


def upgrade() -> None:
    """Add the mark, fill it, and index it."""
    op.add_column(
        "question_versions",
        sa.Column("listed", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    _list()
    for name, columns, sqlite, postgresql in _WAITING:
        op.create_index(
            name,
            "question_versions",
            columns,
            sqlite_where=sa.text(sqlite),
            postgresql_where=sa.text(postgresql),
        )
    op.create_index("ix_absences_last_day", "absences", ["last_day"])
    op.create_index("ix_standings_person_id", "standings", ["person_id"])
    op.create_index("ix_mark_opinions_of_marker", "mark_opinions", ["recorded_by", "recorded_at"])
    for name, columns in (
        ("ix_question_versions_listed", ["bank_id", "id"]),
        ("ix_question_versions_listed_type", ["bank_id", "type", "id"]),
    ):
        op.create_index(
            name,
            "question_versions",
            columns,
            sqlite_where=sa.text("listed = 1"),
            postgresql_where=sa.text("listed"),
        )
    concerned = sa.text("concerns <> '[]'")
    op.create_index(
        "ix_item_figures_concerned",
        "item_figures",
        ["version_id"],
        sqlite_where=concerned,
        postgresql_where=concerned,
    )
    _search()
    _answers_to_mark()


def _answers_to_mark() -> None:
    """Keep the short answers that wait for a marker, and look for them this once."""
    op.create_table(
        "answers_to_mark",
        *(
            sa.Column(name, BIG, nullable=False)
            for name in ("attempt_id", "question", "exam_id", "version_id")
        ),
        sa.PrimaryKeyConstraint("attempt_id", "question", name=op.f("pk_answers_to_mark")),
        *(
            sa.ForeignKeyConstraint(
                [name], [f"{table}.id"], name=op.f(f"fk_answers_to_mark_{name}")
            )
            for name, table in (
                ("attempt_id", "attempts"),
                ("exam_id", "exams"),
                ("version_id", "question_versions"),
            )
        ),
    )
    op.create_index(
        "ix_answers_to_mark_in_order", "answers_to_mark", ["exam_id", "version_id", "attempt_id"]
    )
    op.execute(
        "INSERT INTO answers_to_mark (attempt_id, question, exam_id, version_id)"
        " SELECT p.attempt_id, p.ordinal, a.exam_id, p.version_id"
        " FROM paper_questions p JOIN attempts a ON a.id = p.attempt_id"
        " WHERE p.type = 'short_answer' AND a.state = 'submitted' AND (NOT EXISTS ("
        "SELECT 1 FROM marks m WHERE m.attempt_id = p.attempt_id AND m.question = p.ordinal"
        " AND m.number > a.marks_from)"
        " OR EXISTS (SELECT 1 FROM admissions d WHERE d.attempt_id = a.id))"
    )


def _list() -> None:
    """Mark the newest version of each question that is not retired."""
    newer = sa.alias(_VERSIONS)
    op.execute(
        _VERSIONS.update()
        .where(
            ~sa.exists().where(
                newer.c.question_id == _VERSIONS.c.question_id, newer.c.number > _VERSIONS.c.number
            ),
            sa.exists().where(
                _QUESTIONS.c.id == _VERSIONS.c.question_id, _QUESTIONS.c.retired_at.is_(None)
            ),
        )
        .values(listed=True)
    )


def _search() -> None:
    """What a search finds the listed ones by."""
    bind = op.get_bind()
    if bind.dialect.name != "sqlite":
        op.execute(_PAIRS)
        op.execute(
            "CREATE INDEX ix_question_versions_pairs ON question_versions"
            " USING gin (text_pairs(search)) WHERE listed"
        )
        return
    op.execute(
        "CREATE VIRTUAL TABLE question_search USING"
        " fts5(place, pairs, content='', columnsize=0, tokenize='ascii')"
    )
    rows = bind.execute(
        sa.select(*(_VERSIONS.c[name] for name in ("id", "bank_id", "type", "search"))).where(
            _VERSIONS.c.listed
        )
    ).all()
    put = sa.text("INSERT INTO question_search (rowid, place, pairs) VALUES (:id, :place, :pairs)")
    for start in range(0, len(rows), 500):
        bind.execute(put, [_document(*row) for row in rows[start : start + 500]])


def _document(version_id: int, bank_id: int, type_: str, words: str) -> dict[str, object]:
    """Where a version is listed, and each character of its text with the one after it."""
    signs = [f"{ord(each):x}" for each in words]
    pairs = (f"{first}x{then}" for first, then in zip(signs, [*signs[1:], ""], strict=True))
    place = f"b{bank_id} t{type_.replace('_', '')}"
    return {"id": version_id, "place": place, "pairs": " ".join(pairs)}


def downgrade() -> None:
    """Drop them."""
    op.drop_table("answers_to_mark")
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE question_search")
    else:
        op.drop_index("ix_question_versions_pairs", table_name="question_versions")
        op.execute("DROP FUNCTION text_pairs(text)")
    op.drop_index("ix_item_figures_concerned", table_name="item_figures")
    op.drop_index("ix_mark_opinions_of_marker", table_name="mark_opinions")
    op.drop_index("ix_standings_person_id", table_name="standings")
    op.drop_index("ix_absences_last_day", table_name="absences")
    for name, *_ in _WAITING:
        op.drop_index(name, table_name="question_versions")
    for name in ("ix_question_versions_listed_type", "ix_question_versions_listed"):
        op.drop_index(name, table_name="question_versions")
    op.drop_column("question_versions", "listed")
