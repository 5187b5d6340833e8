"""How long 5,000 partners with 60 answers each take to import, and how much memory (issue 2, point 4).

    python bench/import_partners.py [--partners 5000] [--answers 60] [--again] [--by criterion]

Makes the files in a temporary folder, the same each time; makes a fresh instance with the real criteria; imports both
by the real command line; prints seconds and peak memory and keeps them in bench/results/import_partners.json. With
PARTNERKOMPAS_DATABASE_URL it uses that database, which must be empty. `--again` also imports the same files once more;
`--by criterion` or `--by chance` puts the answers in an order that is harder than partner by partner.
"""

import argparse
import csv
import json
import os
import platform
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from partnerkompas.criteria.files import read_edition
from partnerkompas.criteria.kinds import kind_of
from partnerkompas.criteria.questions import Edition, Question
from partnerkompas.infra import clock

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "bench" / "results" / "import_partners.json"
SEED = 20261122
TARGET_SECONDS = 120


def cell(question: Question, chance: random.Random) -> str:
    """A value that fits the question, as a file has it."""
    codes = [bucket.code for bucket in kind_of(question).choices(question, "nl")]
    if question.kind in ("many_of", "tree"):
        return "|".join(chance.sample(codes, min(len(codes), chance.randint(1, 3))))
    if codes:
        return chance.choice(codes)
    low = int(question.minimum or 1)
    high = int(question.maximum or low + 40)
    day = date(2024, 1, 1) + timedelta(days=chance.randrange(900))
    texts = {
        "amount": str(chance.randint(low + 1, high)),
        "year": str(chance.randint(max(low, 1990), 2025)),
        "month": day.isoformat()[:7],
        "date": day.isoformat(),
        "link": f"https://voorbeeld.example/{chance.randrange(10**6)}",
    }
    return texts.get(question.kind, f"{chance.randrange(10**7, 10**8)}")


def places(edition: Edition, many: int) -> list[tuple[Question, str]]:
    """The questions and products that every partner answers."""
    products = [option.code for option in edition.products.options] if edition.products else []
    found = [(question, "") for question in edition.questions if not question.per_product]
    found += [(question, product) for product in products for question in edition.questions if question.per_product]
    return found[:many]


def answers(edition: Edition, slugs: list[str], many: int, order: str) -> Iterator[list[str]]:
    chance = random.Random(SEED)
    asked = places(edition, many)
    pairs = [(slug, place) for slug in slugs for place in asked]
    if order == "criterion":
        pairs = [(slug, place) for place in asked for slug in slugs]
    if order == "chance":
        chance.shuffle(pairs)
    for slug, (question, product) in pairs:
        stated = date(2026, 1, 1) + timedelta(days=chance.randrange(200))
        value = cell(question, chance)
        yield [
            slug, question.key, product, value, "partner", f"https://{slug}.example/bewijs",
            "Openbare pagina van de partner", "1", stated.isoformat(),
        ]  # fmt: skip


def write_files(folder: Path, edition: Edition, given: argparse.Namespace) -> tuple[Path, Path]:
    """The two files to import."""
    chance = random.Random(SEED)
    provinces = [option.code for option in edition.list_by_key["provincies"].options]
    slugs = [f"partner-{number:05}" for number in range(given.partners)]
    partners_file, answers_file = folder / "partners.csv", folder / "answers.csv"
    with partners_file.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["slug", "name", "legal_name", "website", "fictional", "former_names", "offices"])
        for number, slug in enumerate(slugs):
            offices = "|".join(f"Plaats {n};{chance.choice(provinces)};office" for n in range(chance.randint(1, 4)))
            table.writerow(
                [slug, f"Partner {number}", f"Partner {number} B.V.", f"https://{slug}.example", "true", "Oud", offices]
            )
    with answers_file.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(
            ["partner", "criterion", "product", "value", "source", "source_url", "evidence", "level", "stated_on"]
        )
        table.writerows(answers(edition, slugs, given.answers, given.by))
    return partners_file, answers_file


def run(environment: dict[str, str], *command: str) -> dict[str, float | str]:
    """One command in a process of its own: seconds and peak memory."""
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-c", "from partnerkompas.cli import main; main()", *command],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    said = process.stdout.read()
    _pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - started
    processor = usage.ru_utime + usage.ru_stime
    memory = usage.ru_maxrss / 1024
    print(f"{' '.join(command[:2])}: {seconds:.1f} s ({processor:.1f} s of processor), {memory:.0f} MiB\n{said}")
    assert process.returncode == 0, process.returncode
    return {
        "command": " ".join(command[:2]),
        "seconds": round(seconds, 1),
        "processor_seconds": round(processor, 1),
        "MiB": round(memory),
    }


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--partners", type=int, default=5000)
    parser.add_argument("--answers", type=int, default=60)
    parser.add_argument("--by", choices=["partner", "criterion", "chance"], default="partner")
    parser.add_argument("--again", action="store_true")
    given = parser.parse_args()
    load = os.getloadavg()[0]  # on a busy machine only the seconds of processor say something
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = write_files(folder, read_edition(ROOT / "seed/criteria", ROOT / "seed/options"), given)
        environment = {**os.environ, "PARTNERKOMPAS_INSTANCE": str(folder / "instance")}
        run(environment, "setup")
        steps = [
            run(environment, "import", what, str(path))
            for _time in range(2 if given.again else 1)
            for what, path in zip(("partners", "answers"), files, strict=True)
        ]
    seconds = sum(float(step["seconds"]) for step in steps[:2])
    processor = sum(float(step["processor_seconds"]) for step in steps[:2])
    result = {
        "partners": given.partners,
        "answers": given.partners * given.answers,
        "order": given.by,
        "database": os.environ.get("PARTNERKOMPAS_DATABASE_URL", "sqlite").split(":")[0],
        "seconds": round(seconds, 1),
        "processor_seconds": round(processor, 1),
        "load_before": round(load, 1),
        "peak_MiB": max(step["MiB"] for step in steps),
        "steps": steps,
        "on": clock.today().isoformat(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
    }
    RESULTS.parent.mkdir(exist_ok=True)
    known = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    known[f"{result['database']}, {given.partners} x {given.answers}, by {given.by}"] = result
    RESULTS.write_text(json.dumps(known, indent=1) + "\n")
    print(f"{seconds:.1f} s; target {TARGET_SECONDS} s")
    return 0 if seconds < TARGET_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
