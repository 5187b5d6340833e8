"""A process that changes answers: each line it reads names a partner, a criterion and a value, and it records that.

It says when it began and when the change was committed, by the clock that all processes of a machine share
(`time.monotonic`). `python -m bench.finding.change /path/of/instance`
"""

import json
import sys
import time
from pathlib import Path

from sqlalchemy import event

from bench.finding.generate import application
from partnerkompas.answers.actions import NewAnswer, record
from partnerkompas.answers.models import State
from partnerkompas.criteria import queries as criteria
from partnerkompas.infra.db import db
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.partners import queries as partners
from partnerkompas.permissions.vocabulary import OPERATOR


def main() -> None:
    moments: list[float] = []
    with application(Path(sys.argv[1])).app_context():
        event.listen(db.session, "after_commit", lambda session: moments.append(time.monotonic()))
        print("ready", flush=True)
        for line in sys.stdin:
            slug, criterion, value = json.loads(line)
            moments.clear()
            began = time.monotonic()
            with unit_of_work():
                partner = partners.by_slug(slug)
                assert partner is not None
                release = criteria.current_release_number()
                said = NewAnswer(partner.id, criterion, "", State.STATED, value, "partner", 1, release)
                record(OPERATOR, [partner], [said])
            print(json.dumps([began, moments[0], time.monotonic()]), flush=True)


if __name__ == "__main__":
    main()
