"""A text in Markdown keeps as much as one in Word and says what it lost."""

from __future__ import annotations

import pytest

from learnapp.services.study.reading_markdown import read_markdown
from tests.services.refusals import refused

MARKDOWN = """# 题目

导语[^a]

# 第一章

## 第一节

**重**、*轻*，~~删~~

### 细目

- 甲
  - 乙

| 项 | 期限 |
|----|----|
| 立案 | 七日 |

![流程图](flow.png) 和 [出处](https://example.org/a)

```
## 不是标题
```

<script>alert(1)</script><img src="https://example.org/x.png"><div onclick="x">块</div>

[^a]: 注释 <b>文</b>
"""


def test_markdown_keeps_as_much_and_says_what_it_lost() -> None:
    text = read_markdown(MARKDOWN, "a.md")
    assert text.title == "题目"
    assert [each.heading for each in text.sections] == ["", "第一章　第一节"]
    first, second = (each.html for each in text.sections)
    assert "导语<sup>1</sup>" in first and 'class="footnote"><sup>1</sup> 注释' in first
    kept = (
        "<strong>重</strong>",
        "<em>轻</em>",
        "<s>删</s>",
        "<h3>细目</h3>",
        "<td>七日</td>",
        "〔流程图〕",
    )
    assert all(piece in second for piece in (*kept, "## 不是标题"))
    assert "<script" not in second and "example.org" not in second and "onclick" not in second
    assert {(each.code, each.section) for each in text.lost} >= {
        ("picture_elsewhere", "第一节"), ("link", "第一节"), ("embedded", "第一节"),
    }  # fmt: skip


def test_the_front_matter_says_title_source_and_category() -> None:
    text = read_markdown(
        "---\ntitle: 题目\nsource: 《法》\ncategory: 刑法\n---\n# 第一章\n正文", "a.md"
    )
    assert (text.title, text.source, text.category) == ("题目", "《法》", "刑法")
    assert [each.heading for each in text.sections] == ["第一章"]


def test_a_text_that_says_no_title_is_called_as_its_file() -> None:
    assert read_markdown("正文", "讲稿.一.md").title == "讲稿.一"


@pytest.mark.parametrize(
    "front", ["- 甲", "title: [甲, 乙]", "a: &x 甲\nb: *x", "title: '甲", "甲"]
)
def test_a_front_matter_of_anything_but_names_and_values_is_refused(front: str) -> None:
    with refused("front_matter_broken"):
        read_markdown(f"---\n{front}\n---\n正文", "a.md")


@pytest.mark.parametrize("text", ["机密★5年\n\n正文", "---\nsource: 机密★5年\n---\n正文"])
def test_a_secrecy_marking_at_the_head_is_refused(text: str) -> None:
    with refused("secrecy_marking"):
        read_markdown(text, "a.md")
