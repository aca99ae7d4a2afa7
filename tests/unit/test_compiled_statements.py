"""A statement that many threads ask for at once, in a program that has made none yet, is made whole."""

from __future__ import annotations

import subprocess
import sys

_PROGRAM = """
import sys, threading
sys.setswitchinterval(1e-6)
from sqlalchemy.dialects import postgresql
import learnapp.db.schema
from learnapp.db.core.compiled_statements import Prepared
from learnapp.db.progress import person_facts

made, together = [], threading.Barrier(8)

def make():
    together.wait()
    for _ in range(3):
        ready = Prepared(person_facts._MemberRow, person_facts._members)
        made.append(ready.compiled_for(postgresql.psycopg.dialect()).sql)

threads = [threading.Thread(target=make) for _ in range(8)]
for each in threads:
    each.start()
for each in threads:
    each.join()
print(len(made), len(set(made)), all(each.startswith("WITH RECURSIVE") for each in made))
"""


def test_threads_that_ask_for_a_statement_at_once_all_get_the_whole_of_it():
    done = subprocess.run([sys.executable, "-c", _PROGRAM], capture_output=True, text=True)
    assert (done.stdout.split(), done.returncode) == (["24", "1", "True"], 0), done.stderr
