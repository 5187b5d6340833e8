"""The floor: an empty Flask route under the production server. `python -m bench.finding.floor --port 8001`."""

import argparse

from flask import Flask
from waitress import serve


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--threads", type=int, default=4)
    given = parser.parse_args()
    app = Flask(__name__)
    app.add_url_rule("/", view_func=lambda: "")
    serve(app, host="127.0.0.1", port=given.port, threads=given.threads, ident=None)


if __name__ == "__main__":
    main()
