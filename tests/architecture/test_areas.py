"""Areas: what code is about can be read from its path, and which area may know which is one table."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.architecture.test_layers import ROOT, SOURCES, imports_of, module_of

AREAS = {
    "accounts": "sign-in, activation, passwords, sessions, preferences",
    "people": "units, persons, memberships, absences, roles, roster, scope",
    "bank": "banks, question versions, review, imports, item statistics, reports, key exposure",
    "study": "programmes, calendar, planning, readings, portions, completions, what is owed",
    "exams": "blueprints, windows, papers, attempts, answers, marking, regrading, results",
    "practice": "notebook, free practice",
    "progress": "counters, figures",
    "notices": "notices, reminders",
    "reports": "weekly reports, briefings",
    "files": "file store, staged imports",
    "operations": "installation, schedule, audit, verify, health",
    "core": "what every area uses",
}
DIVIDED = ("learnapp.domain", "learnapp.db", "learnapp.services", "learnapp.web")
# What stands beside the areas because it gathers them.
GATHERS = {
    "learnapp.db.schema",
    "learnapp.db.migrate",
    "learnapp.db.migrations.env",
    "learnapp.web.routes",
}
# Which area may import which, in each layer; every area may import `core`, which imports none.
ALLOWED = {
    "learnapp.domain": {
        "exams": {"people", "study"},
        "notices": {"progress", "study"},
        "operations": {"exams"},
        "progress": {"study"},
        "reports": {"progress"},
        "study": {"exams", "progress"},
    },
    "learnapp.services": {
        "bank": {"exams", "files"},
        "exams": {"accounts", "study"},
        "notices": {"exams", "progress"},
        "operations": {"accounts", "bank", "exams", "files", "people", "study"},
        "people": {"accounts", "files"},
        "practice": {"exams"},
        "progress": {"study"},
        "reports": {"bank", "exams", "notices", "progress", "study"},
        "study": {"files"},
    },
    # Tables refer to tables of other areas, and so do the queries that join them.
    "learnapp.db": {
        "accounts": {"exams", "operations", "people"},
        "bank": {"exams", "files", "operations", "people", "practice", "study"},
        "exams": {"accounts", "bank", "files", "people", "practice", "progress", "study"},
        "files": {"people"},
        "notices": {"people", "progress"},
        "operations": {"accounts", "bank", "exams", "files", "notices", "people", "study"},
        "practice": {"bank", "exams", "people", "study"},
        "progress": {"accounts", "bank", "exams", "people", "study"},
        "reports": {"exams", "notices", "people", "study"},
        "study": {"bank", "exams", "files", "people", "progress"},
    },
    "learnapp.web": {
        "bank": {"exams", "people"},
        "exams": {"bank", "people", "study"},
        "notices": {"people"},
        "people": {"accounts"},
        "practice": {"study"},
        "progress": {"operations", "study"},
        "reports": {"people", "study"},
        "study": {"notices", "operations", "people"},
    },
}


def area_of(module: str, layer: str) -> str:
    """The area of a module in a layer that is divided."""
    return module.removeprefix(f"{layer}.").partition(".")[0]


def _divided() -> list[tuple[str, str, Path]]:
    """Module, layer and file of what must lie in an area."""
    found = []
    for path in SOURCES:
        module = module_of(path)
        for layer in DIVIDED:
            if module.startswith(f"{layer}.") and module not in GATHERS:
                found.append((module, layer, path))
    return found


def test_every_module_of_a_divided_layer_lies_in_an_area():
    lost = [
        f"{path.relative_to(ROOT)} lies in no area: move it to "
        f"{layer.replace('.', '/')}/<area>/, one of {', '.join(AREAS)}"
        for module, layer, path in _divided()
        if area_of(module, layer) not in AREAS
        or (module.count(".") == 2 and path.name != "__init__.py")
    ]
    assert not lost


def test_an_area_imports_only_the_areas_it_may_know():
    broken, used = [], set()
    for module, layer, path in _divided():
        mine = area_of(module, layer)
        for wanted in imports_of(path):
            if not wanted.startswith(f"{layer}.") or wanted.rpartition(".")[0] == layer:
                continue
            other = area_of(wanted, layer)
            if other in ("core", mine) or wanted in GATHERS:
                continue
            used.add((layer, mine, other))
            if other not in ALLOWED[layer].get(mine, ()):
                broken.append(f"{module} imports {wanted}")
    assert not broken
    listed = {(layer, a, b) for layer, pairs in ALLOWED.items() for a in pairs for b in pairs[a]}
    assert listed == used, "a pair that nothing needs any more"


def test_services_of_two_areas_never_import_each_other():
    pairs = ALLOWED["learnapp.services"]
    left = {area: set(wanted) for area, wanted in pairs.items()}
    while free := [area for area, wanted in left.items() if not wanted & left.keys()]:
        for area in free:
            del left[area]
    assert not left


def test_templates_lie_in_the_areas_of_their_pages():
    folder = ROOT / "templates"
    known = {*AREAS, "components"}
    lost = [
        f"{path.relative_to(ROOT)} lies in no area: move it to templates/<area>/"
        for path in folder.rglob("*.html")
        if path.parent != folder and path.relative_to(folder).parts[0] not in known
    ]
    assert not lost and [each.name for each in folder.glob("*.html")] == ["base.html"]


def test_tests_lie_in_the_area_of_the_module_they_are_named_after():
    homes: dict[tuple[str, str], set[str]] = {}
    for module, layer, _path in _divided():
        name = module.rpartition(".")[2]
        homes.setdefault((layer.rpartition(".")[2], name), set()).add(area_of(module, layer))
    lost = []
    for path in (ROOT / "tests").rglob("test_*.py"):
        found = re.fullmatch(r"(?:unit/)?(domain|db|services|web)/(\w+)/test_(\w+)\.py", _rel(path))
        if found is None:
            continue
        layer, area, name = found.groups()
        if area not in homes.get((layer, name), {area}):
            where = " or ".join(sorted(homes[layer, name]))
            lost.append(f"{_rel(path)} tests {layer}/{where}/{name}.py: move it to {where}/")
    assert not lost


def _rel(path: Path) -> str:
    return path.relative_to(ROOT / "tests").as_posix()


def test_marks_and_notices_are_inserted_in_one_place_each():
    homes = {"Mark": "learnapp.db.exams.current_marks", "Notice": "learnapp.db.notices.outbox"}
    for table, home in homes.items():
        writes = re.compile(rf"(?:insert|PreparedRows)\({table}\)|\b{table}\((?:\*\*|\w+=)")
        found = {
            module_of(path)
            for path in SOURCES
            if path.is_relative_to(ROOT / "learnapp")
            and writes.search(path.read_text(encoding="utf-8"))
        }
        assert found == {home}


def test_only_the_database_layer_builds_queries():
    found = [
        path.relative_to(ROOT).as_posix()
        for path in SOURCES
        if path.relative_to(ROOT).parts[0] == "learnapp"
        and path.relative_to(ROOT).parts[1] != "db"
        and re.search(r"\bselect\(", path.read_text(encoding="utf-8"))
    ]
    assert not found, "a query belongs in a named function of learnapp/db/<area>"


def test_one_name_means_one_class():
    found: dict[str, list[str]] = {}
    for path in SOURCES:
        if path.relative_to(ROOT).parts[0] not in ("learnapp", "question_bank"):
            continue
        for each in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(each, ast.ClassDef) and not each.name.startswith("_"):
                found.setdefault(each.name, []).append(path.relative_to(ROOT).as_posix())
    assert {name: places for name, places in found.items() if len(places) > 1} == {}
