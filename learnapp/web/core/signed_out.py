"""A post of somebody whose sign-in is over: what was typed waits on a page until they signed in again."""

from __future__ import annotations

from flask import render_template, request, url_for

_LEFT_OUT = ("csrf_token", "once", "confirmed")


def signed_out_page() -> str:
    """All that was posted, to be posted once more after a sign-in in another tab."""
    fields = [pair for pair in request.form.items(multi=True) if pair[0] not in _LEFT_OUT]
    sign_in_url = url_for("sign_in.form")
    return render_template(
        "core/errors/signed_out.html", url=request.path, fields=fields, sign_in_url=sign_in_url
    )
