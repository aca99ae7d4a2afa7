"""People are found by name without spaces, pinyin and initials; surnames sort by their own reading."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

# As the names were spelt until now, and how the surname is read.
_SURNAMES = {
    "曾": ("ceng", "zeng"), "单": ("dan", "shan"), "解": ("jie", "xie"), "仇": ("chou", "qiu"),
    "查": ("cha", "zha"), "区": ("qu", "ou"), "盖": ("gai", "ge"), "朴": ("pu", "piao"),
    "翟": ("di", "zhai"), "员": ("yuan", "yun"), "乐": ("le", "yue"), "缪": ("mou", "miao"),
    "覃": ("tan", "qin"), "繁": ("fan", "po"), "召": ("zhao", "shao"), "折": ("zhe", "she"),
    "种": ("zhong", "chong"), "牟": ("mou", "mu"), "贠": ("yuan", "yun"), "洗": ("xi", "xian"),
    "祭": ("ji", "zhai"), "秘": ("mi", "bi"), "郇": ("huan", "xun"), "佴": ("er", "nai"),
    "隗": ("kui", "wei"), "阚": ("han", "kan"), "都": ("dou", "du"), "卜": ("bo", "bu"),
    "藏": ("cang", "zang"),
}  # fmt: skip
_BATCH = 500


def upgrade() -> None:
    """Add the column, and fill it from the sort key."""
    op.add_column(
        "people", sa.Column("search_key", sa.String(length=400), nullable=False, server_default="")
    )
    connection, last = op.get_bind(), 0
    while True:
        rows = connection.execute(
            sa.text(
                "SELECT id, name, sort_key FROM people WHERE id > :last ORDER BY id LIMIT :size"
            ),
            {"last": last, "size": _BATCH},
        ).all()
        if not rows:
            return
        connection.execute(
            sa.text("UPDATE people SET sort_key = :sort, search_key = :search WHERE id = :id"),
            [_keys(*row) for row in rows],
        )
        last = rows[-1].id


def _keys(person_id: int, name: str, sort_key: str) -> dict[str, object]:
    syllables = sort_key.split()
    before, after = _SURNAMES.get(name[:1], ("", ""))
    if syllables and syllables[0] == before:
        syllables[0] = after
    parts = ("".join(name.casefold().split()), "".join(syllables), "".join(s[0] for s in syllables))
    return {"id": person_id, "sort": " ".join(syllables)[:200], "search": "\x1f".join(parts)[:400]}
