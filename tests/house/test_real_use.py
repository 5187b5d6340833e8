"""Two commands as a user gives them: real processes, real files."""

import json
import os
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path
from urllib.request import Request, urlopen

from tests.conftest import ROOT
from tests.usage.looking import FIREFOX


def command(instance: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `partnerkompas` in a process of its own, on SQLite."""
    program = [sys.executable, "-c", "from partnerkompas.cli import main; main()", *words]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PARTNERKOMPAS_")}
    return subprocess.run(
        program,
        cwd=ROOT,
        env={**kept, "PARTNERKOMPAS_INSTANCE": str(instance), **environment},
        capture_output=True,
        text=True,
    )


def test_the_real_partner_file_loads_as_the_readme_says(tmp_path: Path) -> None:
    assert command(tmp_path, "setup").returncode == 0
    load = ("import", "partners", "seed/partners/dynamics_nl.csv", "--map", "seed/partners/dynamics_nl.map.toml")
    first = command(tmp_path, *load)
    assert first.returncode == 0, first.stdout + first.stderr
    assert "17 nieuw" in first.stdout
    again = command(tmp_path, *load, PARTNERKOMPAS_LANGUAGE="en")
    assert again.returncode == 0
    assert "17 unchanged" in again.stdout
    assert command(tmp_path, "index", "verify").returncode == 0
    answers = json.loads(command(tmp_path, "export", "answers", "--format", "json").stdout)
    assert answers
    assert all(each["level"] <= 2 and each["source_url"] for each in answers if each["state"] != "not_stated")


def test_wrong_use_and_wrong_files_end_with_their_status_and_no_trace(tmp_path: Path) -> None:
    assert command(tmp_path, "setup").returncode == 0
    wrong = tmp_path / "file.xlsx"
    wrong.write_text("slug,name\n")
    for words, status in (
        (("import", "partners", str(wrong)), 1),
        (("import", "partners", str(tmp_path / "nowhere.csv")), 1),
        (("import", "nonsense", str(wrong)), 2),
        (("import", "criteria", str(wrong)), 1),
        (("account", "add", "geen-adres", "--role", "curator"), 1),
        (("serve", "--port", "0"), 2),
    ):
        done = command(tmp_path, *words)
        assert done.returncode == status, (words, done.returncode, done.stdout, done.stderr)
        assert "Traceback" not in done.stderr + done.stdout, words
        assert done.stderr.strip() or done.stdout.strip(), words


def test_an_account_is_made_once_and_its_password_shown_once(tmp_path: Path) -> None:
    assert command(tmp_path, "setup").returncode == 0
    first = command(tmp_path, "account", "add", "curator@voorbeeld.example", "--role", "curator")
    assert first.returncode == 0
    assert "Wachtwoord" in first.stdout
    second = command(tmp_path, "account", "add", "curator@voorbeeld.example", "--role", "admin")
    assert second.returncode == 0
    assert "Wachtwoord" not in second.stdout


def test_before_setup_every_command_says_what_to_do(tmp_path: Path) -> None:
    for words in (("export", "partners"), ("index", "verify"), ("account", "add", "a@b.example", "--role", "admin")):
        done = command(tmp_path, *words)
        assert done.returncode == 1, words
        assert "partnerkompas setup" in done.stderr, done.stderr
        assert "Traceback" not in done.stderr


def test_wrong_settings_are_named(tmp_path: Path) -> None:
    for name, value in (("PROXIES", "abc"), ("LANGUAGE", "xx"), ("LOG_LEVEL", "FOO"), ("DATABASE_URL", "foo://x")):
        done = command(tmp_path, "index", "status", **{f"PARTNERKOMPAS_{name}": value})
        assert done.returncode == 1, (name, done.stderr)
        assert "Traceback" not in done.stderr
        assert done.stderr.startswith("Error: ")


def test_a_server_that_is_ended_writes_what_was_looked_at(tmp_path: Path) -> None:
    """And not what it asked itself before anybody could (row I4)."""
    assert command(tmp_path, "setup").returncode == 0
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = [sys.executable, "-c", "from partnerkompas.cli import main; main()", "serve", "--port", str(port)]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PARTNERKOMPAS_")}
    server = subprocess.Popen(
        program, cwd=ROOT, env={**kept, "PARTNERKOMPAS_INSTANCE": str(tmp_path)}, stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout is not None
        assert "staat klaar" in server.stdout.readline()
        asked = Request(f"http://127.0.0.1:{port}/partners?producten=bc", headers={"User-Agent": FIREFOX})
        for _time in range(2):  # the second is a kept answer
            with urlopen(asked, timeout=60) as answer:
                assert answer.status == 200
        server.terminate()
        assert server.wait(60) == 0
    finally:
        server.kill()
        server.wait()
    with sqlite3.connect(tmp_path / "partnerkompas.sqlite3") as database:
        assert database.execute("SELECT what, key, n FROM usage_count").fetchall() == [("filter", "producten", 2)]


def test_an_export_holds_nothing_unpublished_unless_asked(tmp_path: Path) -> None:
    assert command(tmp_path, "setup").returncode == 0
    file = tmp_path / "partners.json"
    file.write_text(
        json.dumps([{"slug": "open", "name": "Open"}, {"slug": "dicht", "name": "Dicht", "status": "draft"}])
    )
    assert command(tmp_path, "import", "partners", str(file)).returncode == 0
    public = command(tmp_path, "export", "partners").stdout
    assert "open" in public
    assert "dicht" not in public
    assert "dicht" in command(tmp_path, "export", "partners", "--all").stdout
    nowhere = command(tmp_path, "export", "partners", str(tmp_path / "no" / "such.csv"))
    assert (nowhere.returncode, "Traceback" in nowhere.stderr) == (1, False)
