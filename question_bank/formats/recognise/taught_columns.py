"""From pieces that somebody marked in rows of a table to the columns that hold them."""

from __future__ import annotations

from collections.abc import Sequence

from question_bank.formats.recognise.taught_layout import MOST_EXAMPLES, Example, Layout
from question_bank.formats.records import Refused

_LONGEST_TITLE = 20


def columns_of(rows: Sequence[Sequence[str]], examples: Sequence[Example]) -> Layout:
    """The layout of a table; raises Refused where a piece is in no cell or the examples differ."""
    examples = [each for each in examples if each.stem.strip()][:MOST_EXAMPLES]
    if not examples:
        raise Refused("layout_needs_examples")
    columns: dict[str, int] = {}
    options: set[int] = set()
    first = len(rows)
    for count, each in enumerate(examples, 1):
        at, row = _row_of(rows, each.stem, count)
        first = min(first, at)
        found, cells = _columns(row, each, count)
        if any(columns.setdefault(name, column) != column for name, column in found.items()):
            raise Refused("layouts_differ")
        options |= set(cells)
    taken = set(columns.values())
    between = range(min(options), max(options) + 1) if options else ()
    titles = rows[first - 1] if first else ()
    named = len(titles) > 1 and all(len(each) <= _LONGEST_TITLE for each in titles)
    return Layout(
        columns=columns,
        options=tuple(column for column in between if column not in taken),
        titles=tuple(titles) if named else (),
        most_options=len(options),
    )


def _row_of(rows: Sequence[Sequence[str]], stem: str, count: int) -> tuple[int, Sequence[str]]:
    """The first row with a cell that says this, and its place."""
    wanted = _bare(stem)
    for at, row in enumerate(rows):
        if any(_bare(cell) == wanted for cell in row):
            return at, row
    raise Refused("piece_not_found", example=count, piece=stem.strip()[:40])


def _columns(row: Sequence[str], example: Example, count: int) -> tuple[dict[str, int], list[int]]:
    """The columns of one row: by the name of what each holds, and those of the options."""
    bare = [_bare(cell) for cell in row]
    found = {"stem": bare.index(_bare(example.stem))}
    options: list[int] = []
    texts = [_bare(each) for each in example.options if each.strip()]
    if texts and not all(text in bare for text in texts):
        together = next((n for n, cell in enumerate(bare) if all(t in cell for t in texts)), None)
        if together is None:
            raise Refused("piece_not_found", example=count, piece=example.options[0].strip()[:40])
        found["options"] = together
        texts = []
    for text in texts:
        free = [n for n, cell in enumerate(bare) if cell == text and n not in options]
        if not free:
            raise Refused("piece_not_found", example=count, piece=text[:40])
        options.append(free[0])
    taken = {*found.values(), *options}
    for name, piece, order in (
        ("answer", example.answer, reversed(range(len(bare)))),
        ("explanation", example.explanation, iter(range(len(bare)))),
        ("number", example.number, iter(range(len(bare)))),
    ):
        if piece.strip():
            column = next((n for n in order if bare[n] == _bare(piece) and n not in taken), None)
            if column is None:
                raise Refused("piece_not_found", example=count, piece=piece.strip()[:40])
            found[name] = column
            taken.add(column)
    return found, options


def _bare(text: str) -> str:
    return "".join(text.split())
