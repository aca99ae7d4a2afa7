"""A mark for tests of what does not depend on the database: they run once, on SQLite."""

import pytest

ON_SQLITE = pytest.mark.parametrize("office_url", ["sqlite"], indirect=True)
