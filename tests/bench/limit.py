"""The limit: what one indexed SELECT with 5 kB rendered, and one durable upsert, cost on this server.

Nothing of the application is in it but its engine, so that the database has the same settings.
"""

from __future__ import annotations

import os
from contextlib import closing

from flask import Flask, jsonify, request
from sqlalchemy import Column, Integer, MetaData, String, Table, select
from sqlalchemy.dialects import postgresql, sqlite

from learnapp.db.core.engine import make_engine

PAGE = "{% for word in words %}<p class='line'>{{ word }} {{ text }}</p>\n{% endfor %}"
answers = Table(
    "limit_answers",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("text", String(2000), nullable=False),
)


def make_app() -> Flask:
    """The two views over the database that LIMIT_DATABASE_URL names."""
    app = Flask(__name__)
    template = app.jinja_env.from_string(PAGE)
    engine = make_engine(os.environ["LIMIT_DATABASE_URL"])
    answers.metadata.create_all(engine)
    kept = (sqlite if engine.dialect.name == "sqlite" else postgresql).insert(answers)
    kept = kept.on_conflict_do_update(index_elements=["id"], set_={"text": kept.excluded.text})

    @app.get("/page/<int:number>")
    def page(number: int) -> str:
        with closing(engine.connect()) as connection:
            text = connection.scalar(select(answers.c.text).where(answers.c.id == number))
        return template.render(words=range(50), text=(text or "")[:70])

    @app.post("/save/<int:number>")
    def save(number: int):
        with engine.connect().execution_options(writing=True) as connection, connection.begin():
            connection.execute(kept, {"id": number, "text": request.get_json()["text"]})
        return jsonify(saved=number)

    return app
