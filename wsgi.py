"""The application for any WSGI server."""

from __future__ import annotations

from learnapp import logs
from learnapp.app import create_app
from learnapp.config import Config

logs.configure()
app = create_app(Config.from_env())
