"""Every single change of a module that mutmut's operators know, and a fixed random sample of them.

Left out is what no unit test can or should notice: annotations, decorators, imports, docstrings,
the words of an enumeration, and `strict=`, which asserts and never decides.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import libcst
from libcst.metadata import ByteSpanPositionProvider, MetadataWrapper
from mutmut.mutation.mutators import mutation_operators

ROOT = Path(__file__).resolve().parents[2]
SCOPE = (
    "learnapp/domain",
    "question_bank/marking.py",
    "question_bank/drawing.py",
    "question_bank/statistics.py",
    "question_bank/formats/recognise",
)
_LEFT_OUT = (libcst.Annotation, libcst.Decorator, libcst.Import, libcst.ImportFrom)
_STATEMENTS = (libcst.SimpleStatementLine, libcst.BaseCompoundStatement)
_WORDS = {"StrEnum", "Enum", "Protocol"}


@dataclass(frozen=True)
class Change:
    """One place of a module (`start` to `end`, in bytes) and the text that stands there instead.

    `statement` is where the statement around it begins, in bytes.
    """

    path: str
    source: bytes
    start: int
    end: int
    text: bytes
    statement: int

    @property
    def changed(self) -> bytes:
        """The whole module after the change."""
        return self.source[: self.start] + self.text + self.source[self.end :]

    @property
    def lines(self) -> range:
        """The lines, counted from 1, from the start of the statement to the end of the place."""
        return range(self._line(self.statement), self._line(self.end) + 1)

    def _line(self, at: int) -> int:
        return self.source.count(b"\n", 0, at) + 1

    @cached_property
    def diff(self) -> tuple[str, str]:
        """The lines that differ, before and after, without indentation."""
        first = self.source.rfind(b"\n", 0, self.start) + 1
        last = self.source.find(b"\n", self.end)
        before = self.source[first:last]
        after = self.source[first : self.start] + self.text + self.source[self.end : last]
        return _flat(before), _flat(after)

    @property
    def rank(self) -> bytes:
        """The order of the sample: it stays as it is when another module, or another line, changes."""
        return hashlib.sha256("\0".join((self.path, *self.diff)).encode()).digest()


def _flat(code: bytes) -> str:
    return " ".join(code.decode().split())


def modules(scope: Iterable[str] = SCOPE) -> list[str]:
    """The paths of the modules whose tests are measured, from the root of the project."""
    found = []
    for each in scope:
        path = ROOT / each
        found += [path] if path.is_file() else sorted(path.rglob("*.py"))
    return [each.relative_to(ROOT).as_posix() for each in found]


def sample(changes: Iterable[Change], seed: int, count: int) -> list[Change]:
    """So many changes, the same ones for the same seed."""
    salt = str(seed).encode()

    def order(change: Change) -> tuple[bytes, int]:
        return hashlib.sha256(salt + change.rank).digest(), change.start

    return sorted(changes, key=order)[:count]


def changes_of(path: str) -> list[Change]:
    """Every change of one module."""
    source = (ROOT / path).read_bytes()
    wrapper = MetadataWrapper(libcst.parse_module(source), unsafe_skip_copy=True)
    finder = _Finder(path, source, wrapper)
    wrapper.module.visit(finder)
    return finder.found


class _Finder(libcst.CSTVisitor):
    """Visit every node that may be changed."""

    def __init__(self, path: str, source: bytes, wrapper: MetadataWrapper) -> None:
        super().__init__()
        self.found: list[Change] = []
        self._path, self._source, self._module = path, source, wrapper.module
        self._spans = wrapper.resolve(ByteSpanPositionProvider)
        self._statements: list[libcst.CSTNode] = []

    def on_visit(self, node: libcst.CSTNode) -> bool:
        if isinstance(node, _LEFT_OUT) or _is_words(node) or _is_docstring(node):
            return False
        if isinstance(node, libcst.Arg) and node.keyword and node.keyword.value == "strict":
            return False
        if isinstance(node, _STATEMENTS):
            self._statements.append(node)
        self.found += self._changes(node)
        return True

    def on_leave(self, original_node: libcst.CSTNode) -> None:
        if self._statements and self._statements[-1] is original_node:
            self._statements.pop()

    def _changes(self, node: libcst.CSTNode) -> Iterator[Change]:
        for kind, operator in mutation_operators:
            if not isinstance(node, kind):
                continue
            for other in operator(node):
                change = self._change(node, other)
                if change is not None and not _drops_strict(node, other):
                    yield change

    def _change(self, node: libcst.CSTNode, other: libcst.CSTNode) -> Change | None:
        """The change as text; None where a node's text is not one piece of the source."""
        span = self._spans[node]
        start, end = span.start, span.start + span.length
        old, new = (self._module.code_for_node(each) for each in (node, other))
        held = self._source[start:end].decode()
        if held != old:
            old, new = old.strip(), new.strip()
        if held != old or new == old:
            return None
        around = self._spans[self._statements[-1]].start if self._statements else start
        return Change(self._path, self._source, start, end, new.encode(), around)


def _is_words(node: libcst.CSTNode) -> bool:
    """Whether it is a class that only lists words or shapes."""
    return isinstance(node, libcst.ClassDef) and any(
        isinstance(base.value, libcst.Name) and base.value.value in _WORDS for base in node.bases
    )


def _is_docstring(node: libcst.CSTNode) -> bool:
    return isinstance(node, libcst.Expr) and isinstance(node.value, libcst.SimpleString)


def _drops_strict(node: libcst.CSTNode, other: libcst.CSTNode) -> bool:
    def asserts(each: libcst.CSTNode) -> bool:
        return isinstance(each, libcst.Call) and any(
            arg.keyword is not None
            and arg.keyword.value == "strict"
            and isinstance(arg.value, libcst.Name)
            and arg.value.value == "True"
            for arg in each.args
        )

    return asserts(node) and not asserts(other)
