"""The second step of signing in, and setting it up."""

from flask import Blueprint
from werkzeug.wrappers import Response

blueprint = Blueprint("second_factor", __name__)


@blueprint.route("/inloggen/tweede-stap", methods=["GET", "POST"])
def step() -> Response:
    raise NotImplementedError


@blueprint.get("/account/tweede-stap")
def overview() -> Response:
    raise NotImplementedError
