"""What the commands get of the demonstration: the small one, the large one, and who signs in."""

from __future__ import annotations

from learnapp.demo.large import load as load_large
from learnapp.demo.load import PASSWORD, load, logins

__all__ = ["PASSWORD", "load", "load_large", "logins"]
