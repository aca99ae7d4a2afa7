"""A staged roster row by row: what each comes to, and what was chosen for it before it comes in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from learnapp.db.core.caller import Caller
from learnapp.db.files import imports as import_queries
from learnapp.db.files.models import ImportJob, ImportRow
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.files.imports import ImportKind
from learnapp.domain.people.roster_difference import RowChoice, RowKind, choices
from learnapp.services.files import staged_imports

_BY_ALL = (RowKind.NEW, RowKind.MOVED, RowKind.CHANGED, RowKind.UNIT)


@dataclass(frozen=True)
class Chosen:
    """What was chosen for a row; of SAME, whom it means."""

    choice: RowChoice
    person_id: int | None = None

    @classmethod
    def of(cls, text: str) -> Chosen:
        """What a form sends: take, leave, same:17. Raises RuleBroken of "choice"."""
        word, _, person = text.partition(":")
        if word not in set(RowChoice) or (word == RowChoice.SAME) != person.isdecimal():
            raise RuleBroken("choice", "choice_unknown")
        return cls(RowChoice(word), int(person) if person else None)


def counts_of(caller: Caller, job: ImportJob) -> Counter[RowKind]:
    """How many rows there are of each kind; a doubtful row stays one when it is decided."""
    found: Counter[RowKind] = Counter()
    for each in import_queries.tally(caller.session, job.id):
        is_open = each.outcome == "to_confirm"
        kind = RowKind.DOUBTFUL if is_open else RowKind(each.kind or RowKind.NEW)
        found[kind] += each.number
    return found


def open_rows(caller: Caller, job: ImportJob) -> int:
    """How many rows nobody has decided about yet; the roster comes in when there are none."""
    rows = import_queries.tally(caller.session, job.id)
    return sum(each.number for each in rows if each.outcome == "to_confirm")


def what_happens(caller: Caller, job: ImportJob) -> Counter[RowKind]:
    """How many people come new, are changed (moved among them) and leave, as it is decided now."""
    found: Counter[RowKind] = Counter()
    for each in import_queries.tally(caller.session, job.id):
        if each.decision == RowChoice.LEAVE or each.outcome == "to_confirm":
            continue
        kind = RowKind(each.kind or RowKind.NEW)
        if kind is RowKind.DOUBTFUL:
            kind = RowKind.CHANGED if each.decision == RowChoice.SAME else RowKind.NEW
        found[kind] += each.number
    return found


def choices_for(row: ImportRow) -> list[Chosen]:
    """What may be chosen for a row."""
    candidates = [int(each["person"]) for each in row.record.get("candidates") or ()]
    found = []
    doubts = [each["code"] for each in row.reasons]
    for choice in choices(RowKind(row.type or RowKind.NEW), doubts, len(candidates)):
        if choice is RowChoice.SAME:
            found += [Chosen(choice, each) for each in candidates]
        else:
            found.append(Chosen(choice))
    return found


def chosen_for(row: ImportRow) -> Chosen | None:
    """What was chosen for a row; None for one that is open."""
    if row.outcome == "to_confirm":
        return None
    choice = RowChoice(row.decision)
    return Chosen(choice, int(row.record["chosen"]) if choice is RowChoice.SAME else None)


def decide(caller: Caller, public_id: str, wanted: Mapping[int, Chosen]) -> ImportJob:
    """Set what is to be done with rows, by ordinal, before the roster comes in.

    Raises NotFound, Conflict where it is coming in; RuleBroken("choice", "choice_unknown") for what
    the row does not offer, ("choice", "person_twice") where another row means the same person.
    """
    job = staged_imports.take_staged(caller, public_id, ImportKind.ROSTER)
    for row in import_queries.rows_at(caller.session, job.id, wanted):
        chosen = wanted[row.ordinal]
        if chosen not in choices_for(row):
            raise RuleBroken("choice", "choice_unknown")
        _decide(caller, row, chosen)
        caller.session.flush()
    return _counted(caller, job)


def _decide(caller: Caller, row: ImportRow, chosen: Chosen) -> None:
    _free(caller, row)
    record = dict(row.record)
    for reason in row.reasons:
        if reason["code"] == "unit_elsewhere":
            row.type = RowKind.UNIT
        if reason["code"] == "zeros_eaten":
            params = reason["params"]
            padded = chosen.choice is RowChoice.PADDED
            record[params["column"]] = params["proposed" if padded else "value"]
    if chosen.choice is RowChoice.SAME:
        record["chosen"] = chosen.person_id
        _resolve(caller, row, chosen.person_id or 0)
    row.record, row.decision, row.outcome = record, chosen.choice, "ready"


def _free(caller: Caller, row: ImportRow) -> None:
    """Whoever the row meant until now may be gone again."""
    if row.decision == RowChoice.SAME:
        person_id = int(row.record["chosen"])
        for gone in import_queries.rows_about(
            caller.session, row.job_id, person_id, (RowKind.RESOLVED,)
        ):
            gone.type = RowKind.GONE


def _resolve(caller: Caller, row: ImportRow, person_id: int) -> None:
    """The person whom the row means is not gone. Raises RuleBroken where another row means them."""
    kinds = (RowKind.GONE, RowKind.RESOLVED)
    for gone in import_queries.rows_about(caller.session, row.job_id, person_id, kinds):
        if gone.type == RowKind.RESOLVED:
            raise RuleBroken("choice", "person_twice", other=gone.record["row"])
        gone.type, gone.decision = RowKind.RESOLVED, RowChoice.LEAVE
        gone.record = {**gone.record, "row": row.place["row"]}


def decide_all(caller: Caller, public_id: str, kind: RowKind, choice: RowChoice) -> ImportJob:
    """Take or leave every row of a kind; of the doubtful, leave those that are open.

    Raises NotFound, Conflict as `decide`; RuleBroken("choice", "choice_unknown") for what is only
    decided one by one: who is gone, and whom a doubtful row means.
    """
    job = staged_imports.take_staged(caller, public_id, ImportKind.ROSTER)
    if kind in _BY_ALL and choice in (RowChoice.TAKE, RowChoice.LEAVE):
        import_queries.decide_kind(caller.session, job.id, kind, choice)
    elif (kind, choice) == (RowKind.DOUBTFUL, RowChoice.LEAVE):
        import_queries.leave_open(caller.session, job.id)
    else:
        raise RuleBroken("choice", "choice_unknown")
    return _counted(caller, job)


def _counted(caller: Caller, job: ImportJob) -> ImportJob:
    """Note on the job how many rows are still open."""
    caller.session.flush()
    job.counts = {**job.counts, "to_confirm": open_rows(caller, job)}
    caller.session.flush()
    return job
