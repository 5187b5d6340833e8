"""How long the page about the age of answers takes (row U20), on the invented market of bench.finding.

    python -m bench.freshness 1000

Three figures, in milliseconds: the first time in a process, when every answer is read; when all that changed is one
snapshot, so that only counting is done anew; and when nothing changed.
"""

import sys
from statistics import median
from time import perf_counter

from bench.finding.generate import application, instance
from partnerkompas.site.freshness import SORTS

TIMES = 20


def main() -> None:
    app = application(instance(int(sys.argv[1])))
    client = app.test_client()
    client.get("/partners")  # the snapshot is there before anybody asks for this page

    def taken(sort: str) -> float:
        began = perf_counter()
        answer = client.get(f"/actualiteit?sort={sort}")
        assert answer.status_code == 200
        return 1000 * (perf_counter() - began)

    print("first time", round(taken("neutraal")))
    counting = []
    for _time in range(TIMES):
        app.extensions["freshness"].made = None
        counting.append(taken("neutraal"))
    print("counted anew", round(median(counting)))
    print("nothing changed", round(median(taken(SORTS[n % len(SORTS)]) for n in range(TIMES))))


if __name__ == "__main__":
    main()
