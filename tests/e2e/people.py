"""The people of the demonstration at their browsers (seed/demo/accounts.toml)."""

from __future__ import annotations

import email
import email.policy
import re
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import sleep
from typing import TYPE_CHECKING, Any

import pyotp

from tests.conftest import ROOT
from tests.e2e.pages import follow
from tests.e2e.serving import Site, served
from tests.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.e2e.conftest import Tabs

ACCOUNTS = {each["email"]: each for each in tomllib.loads((ROOT / "seed/demo/accounts.toml").read_text())["accounts"]}
CURATOR, TIED = "curator@gebruikersgroep.example", "curator.met.belang@gebruikersgroep.example"
ADMIN, MEMBER = "beheer@gebruikersgroep.example", "sanne@korenaar.example"
SIGNER, EDITOR = "tekent@balansvaart.example", "vult.in@balansvaart.example"


@dataclass(frozen=True)
class Demo:
    """A served demonstration of its own, with its mail."""

    site: Site
    folder: Path
    sessions: dict[str, Any] = field(default_factory=dict)

    def signed_in(self, tab: Tabs, who: str, **options: Any) -> Page:
        """A tab of somebody who signed in once: an address may not sign in often."""
        if who not in self.sessions:
            page = tab.blank("/", at=self.site)
            sign_in(page, who)
            self.sessions[who] = page.context.storage_state()
        return tab.blank("/", at=self.site, storage_state=self.sessions[who], **options)

    def link_to(self, address: str) -> str:
        """The path of the link in the mail that was sent to an address, once it has left."""

        def newest() -> str:
            for file in sorted((self.folder / "mail").glob("*.eml"), key=lambda each: -int(each.name.split(".")[0])):
                message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
                found = re.search(r"/account/link/[\w-]+", message.get_content())
                if message["To"] == address and found:
                    return found[0]
            return ""

        return until(newest, pause=0.2, otherwise=lambda: f"from a mail to {address}")


@contextmanager
def demonstration(folder: Path) -> Iterator[Demo]:
    """Serve a demonstration that tests may change."""
    with served(folder, ("setup", "--demo")) as site:
        yield Demo(site, folder)


def sign_in(page: Page, who: str) -> None:
    """Sign in as one of the demonstration, with the second step where there is one."""
    page.goto("/inloggen")
    page.get_by_label("E-mailadres").fill(who)
    page.get_by_label("Wachtwoord").fill(ACCOUNTS[who]["password"])
    follow(page.get_by_role("button", name="Log in"))
    if key := ACCOUNTS[who].get("key"):
        give_code(page, key)
    assert page.get_by_role("button", name="Uitloggen").count() == 1, page.locator("main").inner_text()


def give_code(page: Page, key: str) -> None:
    """Give the code of this moment; one that another test used up a moment ago is followed by the next."""
    for _try in range(2):
        code = pyotp.TOTP(key).now()
        page.get_by_label("Code").fill(code)
        follow(page.get_by_role("button", name="Log in"))
        if not page.get_by_label("Code").count():
            return
        while pyotp.TOTP(key).now() == code:
            sleep(0.5)
