"""Item statistics from real attempts, as the Moodle quiz statistics report defines them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import sqrt

ENOUGH = 30
TOO_EASY, TOO_HARD = 0.95, 0.2
WEAK = 0.1
IDLE_SHARE = 0.01


@dataclass(frozen=True, slots=True)
class ItemResponse:
    """One answer to a question in one attempt.

    `awarded` and `full` in hundredths of a mark, `rest` what the other questions of the same
    attempt earned; `chosen` the ids of the options taken, empty for questions without options.
    """

    awarded: int
    full: int
    rest: int
    chosen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Response:
    """How often an option was taken: by all, and by the best third by the rest."""

    count: int
    share: float
    best_third: int


@dataclass(frozen=True, slots=True)
class ItemStatistics:
    """What a question's answers say of it; None where too few or too equal ones say nothing.

    `facility` is the mean share of the marks earned (0 to 1), `standard_deviation` that of these
    shares, `discrimination` the correlation of a question's marks with the rest of the attempt (-1
    to 1), `efficiency` their covariance over the greatest that these marks could have.
    """

    uses: int
    facility: float | None = None
    standard_deviation: float | None = None
    discrimination: float | None = None
    efficiency: float | None = None
    responses: dict[str, Response] = field(default_factory=dict)


class Concern(StrEnum):
    """Why a question should be looked at again."""

    TOO_EASY = "too_easy"
    TOO_HARD = "too_hard"
    NEGATIVE_DISCRIMINATION = "negative_discrimination"
    WEAK_DISCRIMINATION = "weak_discrimination"
    IDLE_DISTRACTOR = "idle_distractor"
    BEST_TAKE_WRONG = "best_take_wrong"


def item_statistics(answers: Iterable[ItemResponse], options: Sequence[str] = ()) -> ItemStatistics:
    """The statistics of one question from all its answers; `options` are the ids it offers.

    Source: Moodle's "Quiz statistics calculations" (facility index, standard deviation,
    discrimination index, discriminative efficiency).
    """
    given = [each for each in answers if each.full > 0]
    uses = len(given)
    if not uses:
        return ItemStatistics(0)
    shares = [each.awarded / each.full for each in given]
    rests = [float(each.rest) for each in given]
    covariance = _covariance(shares, rests)
    greatest = _covariance(sorted(shares), sorted(rests))
    deviation, of_rest = _deviation(shares), _deviation(rests)
    spread = None if deviation is None or of_rest is None else deviation * of_rest
    return ItemStatistics(
        uses=uses,
        facility=sum(shares) / uses,
        standard_deviation=deviation,
        discrimination=_ratio(covariance, spread),
        efficiency=_ratio(covariance, greatest),
        responses=_responses(given, options),
    )


def _covariance(first: Sequence[float], second: Sequence[float]) -> float | None:
    """The sample covariance; None for fewer than two."""
    count = len(first)
    if count < 2:
        return None
    means = sum(first) / count, sum(second) / count
    products = ((a - means[0]) * (b - means[1]) for a, b in zip(first, second, strict=True))
    return sum(products) / (count - 1)


def _deviation(values: Sequence[float]) -> float | None:
    variance = _covariance(values, values)
    return None if variance is None else sqrt(max(0.0, variance))


def _ratio(above: float | None, below: float | None) -> float | None:
    """The ratio within -1 and 1; None where nothing varies."""
    if above is None or below is None or abs(below) < 1e-12:
        return None
    return max(-1.0, min(1.0, above / below))


def _responses(given: Sequence[ItemResponse], options: Sequence[str]) -> dict[str, Response]:
    if not options:
        return {}
    by_rest = sorted(given, key=lambda each: each.rest)
    third = len(by_rest) // 3
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for name, some in (
        ("all", by_rest),
        ("best", by_rest[len(by_rest) - third :]),
    ):
        counts[name].update(option for each in some for option in each.chosen)
    return {
        option: Response(
            counts["all"][option],
            counts["all"][option] / len(given),
            counts["best"][option],
        )
        for option in options
    }


def concerns(
    found: ItemStatistics, right: frozenset[str] = frozenset(), enough: int = ENOUGH
) -> list[Concern]:
    """Why the question should be looked at; nothing before it was used often `enough`."""
    if found.uses < enough or found.facility is None:
        return []
    raised = []
    if found.facility > TOO_EASY:
        raised.append(Concern.TOO_EASY)
    if found.facility < TOO_HARD:
        raised.append(Concern.TOO_HARD)
    if found.discrimination is not None and found.discrimination < 0:
        raised.append(Concern.NEGATIVE_DISCRIMINATION)
    elif found.discrimination is not None and found.discrimination < WEAK:
        raised.append(Concern.WEAK_DISCRIMINATION)
    return raised + _about_options(found.responses, right)


def _about_options(responses: Mapping[str, Response], right: frozenset[str]) -> list[Concern]:
    wrong = [each for option, each in responses.items() if option not in right]
    good = [each.best_third for option, each in responses.items() if option in right]
    raised = []
    if any(each.share < IDLE_SHARE for each in wrong):
        raised.append(Concern.IDLE_DISTRACTOR)
    if wrong and good and max(each.best_third for each in wrong) > max(good):
        raised.append(Concern.BEST_TAKE_WRONG)
    return raised
