"""The library from a command line: inspect, convert and lint files of questions."""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Sequence
from pathlib import Path

from question_bank.formats import BankFile, Declared, Outcome, Refused
from question_bank.formats.writers import WRITERS, unwritable
from question_bank.guarded import read_limited
from question_bank.inspection import inspect_lines, inspect_pieces
from question_bank.limited import LATER
from question_bank.linting import files_of, judge, quality_lines
from question_bank.messages import message
from question_bank.reviewing import review, review_lines, second_readings
from question_bank.scoring import lines_of, scores
from question_bank.secrecy import may_lapse

REFUSED = 2
DOUBTFUL = 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. 0 if all went well, 1 if lint found doubts or broken limits, 2 if a file is refused."""
    asked = _parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        result: int = asked.run(asked)
        return result
    except Refused as refused:
        text = message(refused.code, refused.params, asked.language)
        if refused.code == "secrecy_marking" and may_lapse(str(refused.params["marking"])):
            text += f"; {message('marking_may_lapse', {}, asked.language)}"
        print(text, file=sys.stderr)
    except BrokenPipeError:
        return 0  # anyone who read our lines has read enough
    except OSError as wrong:
        print(f"{wrong.filename}: {wrong.strerror}", file=sys.stderr)
    return REFUSED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m question_bank", description=__doc__)
    parser.add_argument("--language", choices=("zh", "en"), default="zh", help="of the messages")
    commands = parser.add_subparsers(required=True)
    inspecting = commands.add_parser("inspect", help="tell what a file holds")
    inspecting.add_argument("file", type=Path)
    inspecting.add_argument("--json", action="store_true", help="as one JSON object")
    _declare(inspecting)
    inspecting.set_defaults(run=_inspect)
    converting = commands.add_parser("convert", help="write what is ready in another format")
    converting.add_argument("file", type=Path)
    converting.add_argument("-o", "--output", type=Path, required=True)
    converting.add_argument("--to", choices=sorted(WRITERS), help="unless the name tells")
    _declare(converting)
    converting.set_defaults(run=_convert)
    scoring = commands.add_parser("score", help="compare files with what is right beside them")
    scoring.add_argument("folders", type=Path, nargs="+")
    scoring.set_defaults(run=_score)
    reviewing = commands.add_parser("review", help="count questions and their second readings")
    reviewing.add_argument("folder", type=Path)
    _declare(reviewing)
    reviewing.set_defaults(run=_review)
    linting = commands.add_parser("lint", help="list doubts and figures; exit 1 if any is amiss")
    linting.add_argument("file", type=Path, help="or a folder, whose files are judged together")
    _declare(linting)
    linting.set_defaults(run=_lint)
    return parser


def _declare(parser: argparse.ArgumentParser) -> None:
    """What the person at the command line may declare about a file."""
    parser.add_argument(
        "--marking-lapsed",
        action="store_true",
        help="the secrecy marking names its own end, which has come (启用前)",
    )
    parser.add_argument(
        "--without-macros",
        action="store_true",
        help="convert an old document that has macros, leaving them behind",
    )


def _read(asked: argparse.Namespace, file: Path) -> BankFile:
    """The file's questions; raises OSError if it cannot be opened, Refused as its reader does."""
    declared = Declared(asked.marking_lapsed, asked.without_macros)
    with file.open("rb"):
        return read_limited(file, file.name, LATER, declared)


def _inspect(asked: argparse.Namespace) -> int:
    found = _read(asked, asked.file)
    if asked.json:
        sys.stdout.writelines(inspect_pieces(found, asked.file.name))
        print()
    else:
        for line in inspect_lines(found, asked.file.name, asked.language):
            print(line)
    return 0


def _convert(asked: argparse.Namespace) -> int:
    form = asked.to or asked.output.suffix.lstrip(".").lower()
    writer = WRITERS.get(form)
    if writer is None:
        raise Refused("cannot_write", format=form, formats=sorted(WRITERS))
    found = _read(asked, asked.file)
    ready = [each.question for each in found.records if each.outcome is Outcome.READY]
    questions = [each for each in ready if each is not None]
    pictures = {sha: file.data for sha, file in found.media.items()}
    asked.output.write_bytes(writer.write(questions, pictures))
    lost = unwritable(questions, form)
    unfit = lost.pop("question", 0)
    written = len(questions) - unfit
    report = {"written": written, "left": len(found.records) - len(questions), "unfit": unfit}
    print(message("converted", report, asked.language), file=sys.stderr)
    for field, count in sorted(lost.items()):
        params = {"field": field, "questions": count}
        print(message("field_lost", params, asked.language), file=sys.stderr)
    return 0


def _score(asked: argparse.Namespace) -> int:
    found = [each for folder in asked.folders for each in scores(folder)]
    for line in lines_of(found):
        print(line)
    return DOUBTFUL if any(each.wrong or each.short for each in found) else 0


def _review(asked: argparse.Namespace) -> int:
    files = [_read(asked, file) for file in files_of(asked.folder)]
    records = [record for file in files for record in file.records]
    questions = [each.question for each in records if each.question is not None]
    readings = second_readings(asked.folder)
    found = review(questions, readings)
    for line in review_lines(found, readings, asked.language):
        print(line)
    return DOUBTFUL if any(each.differing for each in found.values()) else 0


def _lint(asked: argparse.Namespace) -> int:
    found: list[tuple[str, BankFile]] = []
    files = files_of(asked.file)
    for file in files:
        try:
            found.append((file.name, _read(asked, file)))
        except Refused as refused:
            if len(files) == 1:
                raise
            report = message(refused.code, refused.params, asked.language)
            print(f"{file.name}: {report}", file=sys.stderr)
            continue
        for line in inspect_lines(found[-1][1], file.name, asked.language):
            print(line)
    if not found:
        raise Refused("no_questions", why="why_no_items", lines=[])
    ready, quality = judge(found, asked.language)
    for line in quality_lines(quality, asked.language):
        print(line)
    if len(found) < len(files):
        return REFUSED
    return 0 if ready and quality.met else DOUBTFUL


if __name__ == "__main__":
    sys.exit(main())
