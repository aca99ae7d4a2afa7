"""Templates and styles are laid out so that a change of them can be read."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from learnapp.web.core.assets import STYLE_PARTS

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
STYLES = ROOT / "static" / "css"
LONGEST = 120
# Classes that templates put together from a state: depth-2, heat-3, o-wrong, v-behind.
_BUILT = re.compile(r"(depth|heat|o|v)-\w+")


def test_no_line_of_a_template_is_longer_than_120_characters():
    long = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in TEMPLATES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > LONGEST
    ]
    assert long == []


def test_the_style_sheet_is_joined_from_every_file_of_its_folder_but_those_of_staff_and_walls():
    assert {path.stem for path in STYLES.iterdir()} == {*STYLE_PARTS, "staff", "wall"}


def test_every_class_of_the_style_sheet_is_used_by_a_page_or_a_script():
    styles = "".join(path.read_text(encoding="utf-8") for path in STYLES.iterdir())
    rules = re.sub(r"/\*.*?\*/", "", styles, flags=re.DOTALL)
    selectors = re.sub(r"\{[^{}]*\}", " ", rules)
    sources = [*TEMPLATES, *(ROOT / "static/js").iterdir(), *(ROOT / "learnapp").rglob("*.py")]
    used = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    named = {name for name in re.findall(r"\.([a-z][\w-]*)", selectors) if not _BUILT.match(name)}
    unused = [name for name in named if not re.search(rf"(?<![\w-]){name}(?![\w-])", used)]
    assert unused == []


# What only the parts write, and the pages whose own is something else: a table without heads,
# an option of a datalist, the options of a question.
PARTS = {
    "<table": {"components/table.html", "exams/exams/window.html"},
    "<option": {"components/forms.html", "exams/blueprints/index.html"},
    'class="field': {"components/forms.html", "components/question_form.html"},
    'enctype="multipart/form-data"': {"components/staged_import.html"},
}


@pytest.mark.parametrize("markup", PARTS)
def test_forms_tables_and_imports_are_put_together_from_parts(markup):
    found = {
        path.relative_to(ROOT / "templates").as_posix()
        for path in TEMPLATES
        if markup in path.read_text(encoding="utf-8")
    }
    assert found == PARTS[markup]


# What the frame of every page is drawn from (`learnapp.web.core.layout`). A page outside the frame, the one
# that is kept for whoever comes, and one that comes back to where its reader was give their own.
_LAYOUT = (ROOT / "learnapp/web/core/layout.py").read_text(encoding="utf-8")
_VALUES = _LAYOUT.partition("def values()")[2].partition("return frame")[0]
_OF_THE_FRAME = set(re.findall(r'^ {8,12}"(\w+)": ', _VALUES, re.MULTILINE))
_OWN_FRAME = {("wall.py", "lang"), ("offline.py", "person_key"), ("portions.py", "here")}


def test_no_page_takes_a_name_of_its_frame_for_something_else():
    assert {"tabs", "here", "nav", "tour", "guide_url"} <= _OF_THE_FRAME
    taken = {
        (path.name, given.arg)
        for path in (ROOT / "learnapp/web").rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "render_template"
        for given in call.keywords
        if given.arg in _OF_THE_FRAME
    }
    assert taken - _OWN_FRAME == set()
