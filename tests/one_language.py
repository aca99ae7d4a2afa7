"""What of a sentence belongs to no language of its own: signs to look for, words that stay as they are."""

from __future__ import annotations

import re

CHINESE = re.compile(r"[\u2e80-\u2fff\u3001-\u30ff\u3400-\u9fff\uff00-\uffef]")
LATIN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{3,}(?![A-Za-z0-9])")  # no part of a number or code
# What stands in files and answers as it is, whatever the page's language: sheets, columns, signs, examples.
TYPED = re.compile(
    r"“[^”]*”|日学周测月考|〔图1〕|刑法/总则|\b(正确|错误|对|错) ?(\(\w+\))?"
    r"|姓名（警号）|姓名|日期|角色单位|单位 \(|人员 \(| ； "
)
# Names of programs, formats and files, commands, and what is written in capitals.
NAMES = re.compile(
    r"Excel|Word|Markdown|Windows|Mac|Linux|Python|SQLite|PostgreSQL|Moodle|Aiken|Ctrl|Tab|UKey"
    r"|[A-Z_]{3,}|chrony|ntpd|pg_stat_activity|identity\.toml|\.?(docx|xlsx|zip|webm)|\.txt"
    r"|https?://\S+|Sheet\d*|learnapp [a-z -]+|\bfiles\b|templates/"
)
