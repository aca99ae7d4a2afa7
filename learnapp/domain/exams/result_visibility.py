"""When the marks of an attempt may be seen; of keys: `key_visibility`."""

from __future__ import annotations

from datetime import datetime

from learnapp.domain.exams.exams import Release, WindowKind


def release_of(release: Release, kind: WindowKind) -> Release:
    """When marks of a window are released: those of 补学 at once, for it goes on from them."""
    return Release.AT_ONCE if kind is WindowKind.REMEDIAL else release


def marks_visible(
    release: Release,
    all_marked: bool,
    window_closes_at: datetime,
    released_at: datetime | None,
    now: datetime,
) -> bool:
    """Marks may be seen once all is marked, at once, at the window's close, or by hand."""
    if not all_marked:
        return False
    if release is Release.AT_ONCE:
        return True
    if release is Release.AT_CLOSE:
        return now >= window_closes_at
    return released_at is not None and released_at <= now
