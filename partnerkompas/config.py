"""Every setting of the application, in one typed class, read from the environment (PARTNERKOMPAS_…)."""

import errno
import os
import secrets
from contextlib import suppress
from pathlib import Path
from tempfile import mkstemp
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """All settings; each can be given as an environment variable PARTNERKOMPAS_<NAME>."""

    model_config = SettingsConfigDict(env_prefix="PARTNERKOMPAS_", extra="ignore")

    instance: Path = Path("instance")
    """Folder for the database, the index, mail and local secrets."""
    seed: Path = Path(__file__).parent.parent / "seed"
    """Folder with the criteria, code lists and demonstration data that `setup` loads."""
    database_url: str = ""
    """SQLAlchemy address of the database; empty means SQLite in the instance folder."""
    secret_key: str = ""
    """Signs sessions; empty means one is made and kept in the instance folder."""
    site_url: str = ""
    """Where visitors find the site, for links in mail; empty means where `serve` listens."""
    mail_url: str = Field(default="", pattern=r"^(smtps?://[^/\s]+)?$")
    """Where mail goes: smtp://[user:password@]host[:port] or smtps://…; empty means into the instance folder."""
    mail_from: str = "Partnerkompas <partnerkompas@localhost>"
    """Who mail is from."""
    contact: str = ""
    """The address of the user group, shown to whoever has a question or objects; empty means none is shown."""
    https: bool = False
    """The site is served over TLS: cookies become Secure and __Host-, and HSTS is sent."""
    proxies: int = Field(default=0, ge=0, le=5)
    """How many reverse proxies in front are trusted to say who the visitor is (SEC-22)."""
    language: Literal["nl", "en"] = "nl"
    """Language of the command line: nl or en."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    news_seconds: float = Field(default=0.5, ge=0, le=60)
    """How often at most a process asks the database for changes that nobody told it of."""
    kept_answers_mib: int = Field(default=16, ge=0, le=1024)
    """How much of what was sent a process keeps, to send again while nothing changes; 0 for nothing."""
    expiring_days: int = Field(default=60, ge=1)
    """How many days before its end a fact is shown as about to expire."""

    evidence: str = ""
    """Folder for files of evidence, outside what is served; empty means `evidence` in the instance folder."""
    evidence_days: int = Field(default=30, ge=1, le=30)
    """How many days after it was checked the content of a file of evidence is removed (row U10)."""

    @property
    def database(self) -> str:
        """The database address in effect."""
        if not self.database_url:
            return f"sqlite:///{self.instance.resolve() / 'partnerkompas.sqlite3'}"
        for plain in ("postgres://", "postgresql://"):
            if self.database_url.startswith(plain):
                return "postgresql+psycopg://" + self.database_url.removeprefix(plain)
        return self.database_url

    @property
    def mail_folder(self) -> Path:
        """Where mail is written when there is no mail server."""
        return self.instance.resolve() / "mail"

    @property
    def evidence_folder(self) -> Path:
        """Where the contents of files of evidence are."""
        return Path(self.evidence).resolve() if self.evidence else self.instance.resolve() / "evidence"

    @property
    def index_folder(self) -> Path:
        """Where the words index lives; it can be thrown away and made again."""
        return self.instance.resolve() / "index"

    def secret(self) -> str:
        """The signing secret; made once, readable by its owner only, when none is given (SEC-21).

        Raises EmptySecret, and OSError when it cannot be written or read.
        """
        if self.secret_key.strip():
            return self.secret_key
        path = self.instance / "secret_key"
        if not path.exists():
            _make_secret(path)
        kept = path.read_text()
        if not kept.strip():
            raise EmptySecret(path)
        return kept


class EmptySecret(RuntimeError):
    """The file of the secret holds nothing: whoever knows that could sign anything."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is empty: remove it, and a new one is made at the next start")
        self.path = path


NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK)
"""What a disk says that has no hard links. There whoever looks while the secret is being written finds it empty."""


def _make_secret(path: Path) -> None:
    """Write a secret that is there as a whole or not at all. Of two that do this at once, the first counts."""
    handle, beside = mkstemp(prefix=f"{path.name}.", dir=path.parent)  # readable by its owner only
    try:
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(handle)  # a power cut must not leave a name with nothing in it
        try:
            os.link(beside, path)
        except FileExistsError:
            pass
        except OSError as wrong:
            if wrong.errno not in NO_LINKS:
                raise
            with (
                suppress(FileExistsError),
                os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file,
            ):
                file.write(Path(beside).read_text())
    finally:
        os.unlink(beside)
