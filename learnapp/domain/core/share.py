"""A share of a whole, stored as counts and rounded by one rule towards incompleteness."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Share:
    """A part of a whole, stored as counts; nothing owed is not 100 %."""

    part: int
    whole: int

    @property
    def permille(self) -> int | None:
        """Thousandths, rounded down towards incompleteness; None when the whole is nothing.

        1000 only when nothing is missing, 0 only when nothing is done. For bars and labels alone:
        decisions are made on the counts.
        """
        return self.of(1000)

    def of(self, scale: int) -> int | None:
        """The same as a whole number of `scale` parts: of(100) is the per cent."""
        if self.whole == 0:
            return None
        return max(scale * self.part // self.whole, min(self.part, 1))

    def at_least(self, numerator: int, denominator: int) -> bool:
        """Whether part/whole ≥ numerator/denominator, exactly; False for an empty whole."""
        return self.whole > 0 and self.part * denominator >= numerator * self.whole
