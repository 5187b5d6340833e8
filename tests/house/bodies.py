"""What each form sends when it is filled in well enough that the answer tells who may do it."""

import io
from collections.abc import Mapping
from typing import Any

from flask import Flask

from tests.evidence.made import a_pdf
from tests.house.world import PASSWORD, World
from tests.signed_in import Person, fields

TEXT = {"tekst": "Daarom, en dat staat ook op de site."}

FIXED: dict[str, dict[str, Any]] = {
    "/partners/<slug>/vertegenwoordigen": {"function": "consultant", "role": "editor"},
    "/vertegenwoordiging/<int:number>/besluit": {"besluit": "toekennen", "note": "Gebeld met het nummer op de site."},
    "/inloggen": {"email": "niemand@voorbeeld.example", "password": PASSWORD},
    "/inloggen/opnieuw": {"password": PASSWORD},
    "/inloggen/tweede-stap": {"code": "123456"},
    "/account/tweede-stap/app": {"code": "123456"},
    "/account/tweede-stap/<int:number>/naam": {"naam": "Anders"},
    "/partners/<slug>/gegevens/<theme>/weg": {"plaats": "naam"},
    "/partners/<slug>/feit": {
        "criterium": "sinds",
        "waarde": "1999",
        "bron": "public_page",
        "adres": "https://voorbeeld.example/",
        "gezien_op": "2026-11-20",
        "gezien": "Daar staat het, onder het kopje over ons.",
    },
    "/feit/<int:number>/betwist": TEXT,
    "/betwisting/<int:number>/reactie": TEXT,
    "/werkbank/nieuwe-partner": {"name": "Nieuw", "status": "draft", "sure": "y"},
    "/werkbank/partners/<slug>/uitschrijven": {"soort": "other", "dag": "2027-06-01", **TEXT},
    "/uitschrijving/<int:number>/reactie": TEXT,
    "/uitschrijving/<int:number>/bevestigen": {},
    "/uitschrijving/<int:number>/ongedaan": TEXT,
    "/uitschrijving/<int:number>/doorgaan": TEXT,
    "/werkbank/dubbel/niet-dezelfde": {"een": "tweeling", "ander": "tweeling-2"},
    "/antwoord/<int:number>/nakijken": {
        "besluit": "vragen",
        "niveau": "3",
        "reden": "Waar staat dat op uw eigen site?",
    },
    "/account/nieuw": {"email": "nieuw@elders.example"},
    "/account/wachtwoord-vergeten": {"email": "nieuw@elders.example"},
    "/account/link/<token>": {"password": PASSWORD, "name": "Jan"},
    "/account": {"name": "Jan", "language": "nl", "level": "board"},
    "/account/wachtwoord": {"password": PASSWORD},
    "/account/adres": {"email": "anders@elders.example"},
    "/account/mail": {"mail": "claims"},
    "/account/belangen": {"partner": "Ander", "kind": "client"},
    "/berichten/gelezen": {"tot": "1"},
    "/leden/nieuw": {"name": "Nieuw"},
    "/leden/<int:number>/wijzig": {"name": "Anders"},
    "/leden/<int:number>/uitnodigen": {"email": "jan@voorbeeld.example"},
    "/beheer/rollen": {"email": "member", "role": "curator"},
    "/bewaard": {"naam": "Mijn zoekopdracht", "zoekvraag": "iso=ja"},
    "/bewaard/<token>/naam": {"naam": "Anders"},
}
"""By route; what is not here needs nothing but its address."""

ASKED: dict[str, tuple[str, str, str | None, dict[str, Any]]] = {
    "/partners/<slug>/gegevens/<theme>": (
        "signer",
        *("/partners/getoond/gegevens/thema",) * 2,
        {"naam:waarde": "Nieuw", "naam:bestand": (a_pdf(), "bewijs.pdf")},
    ),
    "/partners/<slug>/gegevens/controle": ("signer", "/partners/getoond/gegevens/controle", None, {"akkoord": "1"}),
    "/werkbank/partners/<slug>": ("curator", "/werkbank/partners/getoond", None, {"legal_name": "Getoond BV"}),
    "/werkbank/samenvoegen": (
        "curator",
        "/werkbank/samenvoegen?een=tweeling&ander=tweeling-2&blijft=tweeling",
        "/werkbank/samenvoegen",
        {},
    ),
    "/betwisting/<int:number>/besluit": (
        "curator",
        "/betwisting/1",
        "/betwisting/1/besluit",
        {"besluit": "laten", **TEXT},
    ),
}
"""Forms that hold what only their page knows: as whom, on which page, where it is sent to, what is filled in."""


def bodies(app: Flask, world: World) -> Mapping[str, dict[str, Any]]:
    """What is sent to each route."""
    member = world.people["member"].email
    found: dict[str, dict[str, Any]] = {**FIXED, "/beheer/rollen": {"email": member, "role": "curator"}}
    for route, (who, page, action, filled) in ASKED.items():
        shown = Person(app, world.people[who]).get(page)
        found[route] = {**fields(shown.text, action), **filled}
    upload = "/partners/<slug>/gegevens/bestand"
    found[upload] = {"bestand": (b"criterion,state,value\nsinds,,1999\n", "gegevens.csv")}
    signer = Person(app, world.people["signer"])
    read = signer.send(
        "/partners/getoond/gegevens/bestand", "/partners/getoond/gegevens/bestand", **sent(found[upload])
    )
    found[f"{upload}/bewaar"] = fields(read.text, "/partners/getoond/gegevens/bestand/bewaar")
    return found


def sent(body: Mapping[str, Any]) -> dict[str, Any]:
    """A body as a client takes it: a file is read once, so it is made anew each time."""
    return {
        name: (io.BytesIO(value[0]), value[1]) if isinstance(value, tuple) else value for name, value in body.items()
    }
