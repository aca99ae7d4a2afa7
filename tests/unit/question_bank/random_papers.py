"""Papers made at random, in every usual layout, with what is right: to find what is ready and wrong."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

WORDS = (
    "值班日志登记来访人员钥匙保管交接当面清点签字归档巡查消防门窗水电车辆证件核对时间地点单位规定"
)
KINDS = ("single", "multiple", "true_false", "fill_blank", "short_answer")
NAMES = ("单选题", "多选题", "判断题", "填空题", "简答题")
TRUTHS = {"对": "错", "正确": "错误", "√": "×"}


@dataclass(slots=True)
class Asked:
    """One question: its answer as `inspect` tells it, and as the paper writes it."""

    kind: str
    stem: str
    answer: object
    said: str
    options: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Style:
    """How a paper is laid out."""

    sections: bool
    number: str
    mark: str
    place: str
    label: str
    row: int
    true: str
    restarts: bool
    pages: bool
    wraps: bool


def words(chance: random.Random, least: int, most: int) -> str:
    return "".join(chance.choices(WORDS, k=chance.randint(least, most)))


def style(chance: random.Random) -> Style:
    return Style(
        sections=chance.random() < 0.7,
        number=chance.choice(["{}.", "{}、", "{}．", "{}. ", "({})", "第{}题 ", "{}) "]),
        mark=chance.choice([".", "、", "．", ". ", "：", ")"]),
        place=chance.choice(["line", "bracket", "glued", "key"]),
        label=chance.choice(["答案：", "正确答案：", "【答案】", "参考答案:"]),
        row=chance.choice([1, 2, 5]),
        true=chance.choice(list(TRUTHS)),
        restarts=chance.random() < 0.5,
        pages=chance.random() < 0.3,
        wraps=chance.random() < 0.3,
    )


def question(chance: random.Random, kind: str, true: str) -> Asked:
    stem = words(chance, 6, 30)
    match kind:
        case "single" | "multiple":
            options = [words(chance, 2, 12) for _ in range(chance.randint(3, 5))]
            count = 1 if kind == "single" else chance.randint(2, len(options))
            said = "".join(sorted(chance.sample("ABCDE"[: len(options)], count)))
            return Asked(kind, stem, said, said, options)
        case "true_false":
            right = chance.random() < 0.5
            return Asked(kind, f"{stem}。", str(right).lower(), true if right else TRUTHS[true])
        case "fill_blank":
            gaps = [words(chance, 2, 4) for _ in range(chance.randint(1, 3))]
            stem = "____".join(words(chance, 3, 8) for _ in range(len(gaps) + 1))
            return Asked(kind, stem, gaps, "；".join(gaps))
    said = words(chance, 10, 40)
    if chance.random() < 0.3:
        said = "\n".join(f"{n}.{words(chance, 6, 15)}" for n in range(1, chance.randint(3, 5)))
    return Asked(kind, f"简述{stem}", said, said)


def paper(seed: int) -> tuple[str, list[Asked]]:
    """The text of a paper and its questions, the same for a seed each time."""
    chance = random.Random(seed)
    how = style(chance)
    kinds = chance.choices(KINDS, [5, 3, 3, 2, 2], k=chance.randint(6, 16))
    if how.sections:
        kinds.sort(key=KINDS.index)
    asked = [question(chance, kind, how.true) for kind in kinds]
    lines = _lines(asked, how)
    return "\n".join(_spoiled(lines, how, chance)), asked


def _lines(asked: list[Asked], how: Style) -> list[str]:
    lines: list[str] = []
    key: list[str] = []
    section, number = "", 0
    for each in asked:
        if how.sections and each.kind != section:
            section = each.kind
            title = f"{'一二三四五'[KINDS.index(section)]}、{NAMES[KINDS.index(section)]}"
            number = 0 if how.restarts else number
            lines.append(title)
            key.append(title)
        number += 1
        lines += _question(each, how, number)
        key.append(f"{number}.{each.said}")
    return [*lines, "参考答案", *key] if how.place == "key" else lines


def _question(each: Asked, how: Style, number: int) -> list[str]:
    tag = "" if how.sections else f"【{NAMES[KINDS.index(each.kind)]}】"
    closed = each.kind in KINDS[:3]
    gap = f"（{each.said if how.place == 'bracket' else '  '}）" if closed else ""
    lines = [f"{how.number.format(number)}{tag}{each.stem}{gap}"]
    marked = [f"{mark}{how.mark}{text}" for mark, text in zip("ABCDE", each.options, strict=False)]
    lines += ["  ".join(marked[at : at + how.row]) for at in range(0, len(marked), how.row)]
    if how.place == "glued" and marked:
        lines[-1] += f" {how.label}{each.said}"
    elif how.place in ("line", "glued") or (how.place == "bracket" and not closed):
        lines.append(how.label + each.said)
    return lines


def _spoiled(lines: list[str], how: Style, chance: random.Random) -> list[str]:
    """The lines as a PDF or a narrow page leaves them: broken anywhere, pages counted between."""
    out: list[str] = []
    page = 0
    for line in lines:
        if how.wraps and len(line) > 14 and chance.random() < 0.15:
            cut = chance.randint(8, len(line) - 3)
            out += [line[:cut], line[cut:]]
        else:
            out.append(line)
        if how.pages and chance.random() < 0.06:
            page += 1
            out.append(f"第 {page} 页")
    return out
