"""Simulated units: who studies well is not suspected, who does it for the form's sake is."""

from __future__ import annotations

from random import Random

from learnapp.domain.progress.quality import QualitySign
from learnapp.domain.progress.quality_trials import FOR_FORM, HARD, WELL, shown_by, trial


def test_units_that_study_are_hardly_ever_suspected_and_those_for_the_forms_sake_nearly_always():
    rng = Random(7)
    assert set(shown_by(rng, 20, 20, WELL).values()) == {0}
    assert max(shown_by(rng, 20, 50, HARD).values()) <= 2
    assert min(shown_by(rng, 20, 50, FOR_FORM).values()) >= 19


def test_a_trial_is_the_same_for_the_same_seed():
    one, other = (trial(Random(3), 20, HARD) for _ in range(2))
    assert one == other and one.people == 20
    assert one.of(QualitySign.GUESSING).cases == 20 * 30
