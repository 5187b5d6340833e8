"""Partnerkompas: a neutral directory to find, compare and choose a Microsoft Dynamics partner."""

from flask import Flask
from flask_compress import Compress

from partnerkompas.accounts import session
from partnerkompas.accounts import views as accounts
from partnerkompas.answers import views as answers
from partnerkompas.api import views as api
from partnerkompas.bulk import views as bulk
from partnerkompas.challenging import views as challenging
from partnerkompas.comparison import views as comparison
from partnerkompas.config import Settings
from partnerkompas.criteria import views as criteria
from partnerkompas.curating import views as curating
from partnerkompas.evidence import views as evidence
from partnerkompas.infra import counting, kept_answers, logs, request_cycle, web
from partnerkompas.infra.application import Application
from partnerkompas.infra.db import db, engine_options
from partnerkompas.logbook import views as logbook
from partnerkompas.membership import views as membership
from partnerkompas.messages import views as messages
from partnerkompas.own import views as own
from partnerkompas.partners import views as partners
from partnerkompas.providing import views as providing
from partnerkompas.reviewing import views as reviewing
from partnerkompas.saved import views as saved
from partnerkompas.search import sync
from partnerkompas.search import views as search
from partnerkompas.second_factor import views as second_factor
from partnerkompas.site import errors
from partnerkompas.site import views as site
from partnerkompas.usage import views as usage
from partnerkompas.workbench import views as workbench


def create_app(settings: Settings | None = None) -> Flask:
    """Make the application; this is its table of contents.

    Raises what pydantic raises when the environment holds a setting of the wrong shape, EmptySecret when the file of
    the secret holds nothing, and OSError when the instance folder cannot be written.
    """
    settings = settings or Settings()
    settings.instance.mkdir(parents=True, exist_ok=True)
    app = Application(__name__, instance_path=str(settings.instance.resolve()))
    app.config.update(
        SECRET_KEY=settings.secret(),
        SQLALCHEMY_DATABASE_URI=settings.database,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.database),
        COMPRESS_MIMETYPES=[
            *("text/html", "text/css", "text/javascript", "text/csv", "image/svg+xml"),
            *("application/json", "application/problem+json"),
        ],
        COMPRESS_ALGORITHM=["br", "gzip"],
        MAX_CONTENT_LENGTH=1024 * 1024,
        SEND_FILE_MAX_AGE_DEFAULT=365 * 24 * 3600,
        SESSION_COOKIE_NAME="__Host-partnerkompas" if settings.https else "partnerkompas",
        SESSION_COOKIE_SECURE=settings.https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
    )
    app.extensions["settings"] = settings
    app.url_map.strict_slashes = False

    kept_answers.install(app, settings.kept_answers_mib * 2**20, lambda: sync.unchanged(app))
    counting.install(app)
    Compress(app)
    db.init_app(app)
    request_cycle.install(app)
    web.install(app, settings)
    logs.install(app)

    session.install(app)
    sync.install(app)
    errors.install(app)
    rooms = (
        *(site, own, workbench, search, saved, answers, comparison, usage, criteria),
        *(partners, providing, reviewing, evidence, challenging, curating, bulk),
        *(membership, messages, second_factor, logbook, accounts, api),
    )
    for room in rooms:
        app.register_blueprint(room.blueprint)
    return app
