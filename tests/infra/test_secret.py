"""The secret that signs sessions: made once, as a whole, and never nothing (SEC-21)."""

import errno
import os
import secrets
from pathlib import Path

import pytest
from click.testing import CliRunner

from partnerkompas.cli import main
from partnerkompas.config import EmptySecret, Settings
from partnerkompas.infra import logs
from partnerkompas.infra.language import speaking


def kept_in(folder: Path) -> Settings:
    return Settings(instance=folder, secret_key="")


def test_it_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    made = kept_in(tmp_path).secret()
    assert len(made) >= 48
    assert kept_in(tmp_path).secret() == made
    (file,) = tmp_path.iterdir()
    assert file.stat().st_mode & 0o077 == 0


def test_two_that_begin_at_once_have_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second begins when the first has found that there is none, and has written none."""
    make, second = secrets.token_urlsafe, list[str]()

    def while_another_begins(size: int) -> str:
        monkeypatch.setattr(secrets, "token_urlsafe", make)
        second.append(kept_in(tmp_path).secret())
        return make(size)

    monkeypatch.setattr(secrets, "token_urlsafe", while_another_begins)
    first = kept_in(tmp_path).secret()
    assert second == [first] != [""]
    assert [each.name for each in tmp_path.iterdir()] == ["secret_key"]


def test_who_is_broken_off_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken_off(_size: int) -> str:
        raise MemoryError

    with monkeypatch.context() as once:
        once.setattr(secrets, "token_urlsafe", broken_off)
        with pytest.raises(MemoryError):
            kept_in(tmp_path).secret()
    assert not list(tmp_path.iterdir())
    assert kept_in(tmp_path).secret()


@pytest.mark.parametrize("nothing", ["", "\n"], ids=["empty", "a line end"])
def test_an_empty_one_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nothing: str) -> None:
    (tmp_path / "secret_key").write_text(nothing)
    with pytest.raises(EmptySecret, match="secret_key is empty: remove it"):
        kept_in(tmp_path).secret()
    monkeypatch.setattr(logs, "configure", lambda _level: None)
    environment = {"INSTANCE": str(tmp_path), "SECRET_KEY": "", "LANGUAGE": "en"}
    command = CliRunner(env={f"PARTNERKOMPAS_{name}": value for name, value in environment.items()})
    with speaking("nl"):  # what the command sets for its process is put back
        done = command.invoke(main, ["index", "status"])
    said = f"Error: {tmp_path / 'secret_key'} is empty. Remove this file; a new one comes at the next start.\n"
    assert (done.exit_code, done.output) == (1, said)


def test_a_disk_without_hard_links_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_given: object) -> None:
        raise OSError(wrong, "refused")

    monkeypatch.setattr(os, "link", refused)
    wrong = errno.EPERM
    made = kept_in(tmp_path).secret()
    assert kept_in(tmp_path).secret() == made
    (file,) = tmp_path.iterdir()
    assert (file.name, file.stat().st_mode & 0o077) == ("secret_key", 0)
    file.unlink()
    wrong = errno.ENOSPC
    with pytest.raises(OSError, match="refused"):
        kept_in(tmp_path).secret()
    assert not list(tmp_path.iterdir())


def test_spaces_are_no_secret(tmp_path: Path) -> None:
    assert len(Settings(instance=tmp_path, secret_key=" \n").secret()) >= 48
