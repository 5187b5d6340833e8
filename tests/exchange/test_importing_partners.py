"""Partners from files: what is right is saved, what is wrong is named, and nothing else is lost."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from partnerkompas.exchange.importing import import_partners
from partnerkompas.exchange.records import UnusableFile
from partnerkompas.exchange.report import Report
from partnerkompas.infra.audit import AuditRow
from partnerkompas.infra.db import db
from partnerkompas.infra.language import speaking
from partnerkompas.partners import queries
from partnerkompas.partners.actions import PlainOffice, PlainPartner, plain
from partnerkompas.partners.models import OfficeRole, Partner, PartnerStatus
from partnerkompas.permissions.policy import NotAllowed
from partnerkompas.permissions.vocabulary import OPERATOR
from tests.factories import a_member, a_partner, the_criteria

Load = Callable[..., Report]


@pytest.fixture
def load(app: Flask, tmp_path: Path) -> Load:
    """Import a text as a file of partners."""
    the_criteria()

    def run(content: str, name: str = "partners.csv", **settings: Any) -> Report:
        path = tmp_path / name
        path.write_text(content, encoding="utf-8")
        return import_partners(OPERATOR, path, **settings)

    return run


def stored(slug: str) -> PlainPartner | None:
    db.session.expire_all()
    partner = queries.by_slug(slug)
    return plain(partner) if partner else None


def refusals(report: Report) -> list[tuple[str, str, str]]:
    return [(each.where, each.column, each.value) for each in report.rejected]


FULL = (
    "slug,name,legal_name,kvk_number,website,group,status,listed_on,fictional,former_names,offices\n"
    "acme,Acme,Acme B.V.,01234567,https://acme.example,De Groep,listed,2024-02-29,true,Oud|Ouder,"
    "Utrecht;NL-UT;office|Assen;NL-GR nl;delivery;https://acme.example/a;b\n"
)


def test_every_field_arrives(load: Load) -> None:
    report = load(FULL.replace("a;b", r"a\;b"))
    assert (str(report.partners), report.ok) == ("1 nieuw, 0 bijgewerkt, 0 ongewijzigd", True)
    assert stored("acme") == PlainPartner(
        "acme",
        "Acme",
        "Acme B.V.",
        "01234567",
        "https://acme.example",
        "De Groep",
        PartnerStatus.LISTED,
        date(2024, 2, 29),
        True,
        ("Oud", "Ouder"),
        (
            PlainOffice("Utrecht", "NL-UT", OfficeRole.OFFICE),
            PlainOffice("Assen", "NL-GR", OfficeRole.DELIVERY, "https://acme.example/a;b"),
        ),
    )


def test_again_is_unchanged_and_a_change_is_an_update(load: Load) -> None:
    content = FULL.replace(";https://acme.example/a;b", "")
    load(content)
    audited = db.session.query(AuditRow).count()
    assert load(content).unchanged == 1
    assert db.session.query(AuditRow).count() == audited
    report = load(content.replace("Oud|Ouder", "Ouder|Oud|Oudst").replace("Utrecht;NL-UT;office|", ""))
    assert report.updated == 1
    after = stored("acme")
    assert after is not None
    assert after.former_names == ("Ouder", "Oud", "Oudst")
    assert [office.city for office in after.offices] == ["Assen"]


def test_a_column_that_is_not_there_changes_nothing_and_an_empty_cell_clears(load: Load) -> None:
    load(FULL.replace(";https://acme.example/a;b", ""))
    assert load("slug,name,legal_name\nacme,Acme Nieuw,\n").updated == 1
    after = stored("acme")
    assert after is not None
    assert (after.name, after.legal_name, after.kvk_number, len(after.offices)) == ("Acme Nieuw", "", "01234567", 2)


def test_each_bad_record_is_named_and_the_good_ones_stay(load: Load) -> None:
    report = load(
        "slug,name,website,kvk_number,status,listed_on,fictional,offices\n"
        "goed,Goed,,,,,,\n"
        "Fout Slug,A,,,,,,\n"
        "geen-naam,,,,,,,\n"
        "goed,Nog eens,,,,,,\n"
        "adres,A,javascript:alert(1),,,,,\n"
        "kvk,A,,1234567,,,,\n"
        "status,A,,,gelist,,,\n"
        "dag,A,,,,2026-02-31,,\n"
        "morgen,A,,,,2026-11-23,,\n"
        "echt,A,,,,,misschien,\n"
        "provincie,A,,,,,,Utrecht;XX;office\n"
        "rol,A,,,,,,Utrecht;NL-UT;kantoor\n"
        "plaats,A,,,,,,;NL-UT;office\n"
        "ook-goed,Ook goed,,,,,,\n"
    )
    assert refusals(report) == [
        ("regel 3", "slug", "Fout Slug"),
        ("regel 4", "name", ""),
        ("regel 5", "slug", "goed"),
        ("regel 6", "website", "javascript:alert(1)"),
        ("regel 7", "kvk_number", "1234567"),
        ("regel 8", "status", "gelist"),
        ("regel 9", "listed_on", "2026-02-31"),
        ("regel 10", "listed_on", "2026-11-23"),
        ("regel 11", "fictional", "misschien"),
        ("regel 12", "offices", "XX"),
        ("regel 13", "offices", "kantoor"),
        ("regel 14", "offices", ""),
    ]
    assert all(each.file == "partners.csv" and each.reason for each in report.rejected)
    assert not report.ok
    assert set(db.session.scalars(db.select(Partner.slug))) == {"goed", "ook-goed"}
    first = stored("goed")
    assert first is not None
    assert (first.name, first.listed_on) == ("Goed", date(2026, 11, 22))


def test_the_report_can_be_read_in_two_languages(load: Load) -> None:
    report = load("slug,name\ngoed,Goed\nx y,A\n")
    assert str(report).splitlines()[:2] == ["partners: 1 nieuw, 0 bijgewerkt, 0 ongewijzigd", "1 keer geweigerd"]
    assert str(report).splitlines()[2].startswith("partners.csv, regel 3, slug, “x y”: ")
    with speaking("en"):
        assert str(report)


def test_a_hopeless_file_gives_a_report_of_bounded_length(load: Load) -> None:
    report = load("slug,name\n" + "".join(f"FOUT {n},A\n" for n in range(2500)))
    assert (report.refusals, len(report.rejected)) == (2500, 1000)
    assert str(report).endswith("en nog 1500")


def test_an_unknown_column_is_named_once_and_the_rest_is_loaded(load: Load) -> None:
    report = load("slug,name,kleur\na,A,rood\nb,B,blauw\n")
    assert refusals(report) == [("regel 2", "kleur", "")]
    assert report.created == 2


def test_a_formula_is_stored_as_text(load: Load) -> None:
    load("slug,name,legal_name\na,\"=cmd|' /C calc'!A0\",'+1\n")
    after = stored("a")
    assert after is not None
    assert (after.name, after.legal_name) == ("=cmd|' /C calc'!A0", "+1")


def test_json_and_yaml_and_toml_load_the_same(load: Load) -> None:
    load(
        '[{"slug": "a", "name": "A", "fictional": true, "former_names": ["X|Y"], "offices": [{"city": "Utrecht"}]}]',
        "a.json",
    )
    assert load(
        "- {slug: a, name: A, fictional: true, former_names: ['X|Y'], offices: [{city: Utrecht}]}", "a.yaml"
    ).unchanged
    assert load(
        "[[p]]\nslug='a'\nname='A'\nfictional=true\nformer_names=['X|Y']\noffices=[{city='Utrecht'}]", "a.toml"
    ).unchanged
    report = load(
        '[{"slug": "b", "name": ["B"]}, {"slug": "c"}, {"slug": "d", "name": "D", "offices": [{"stad": "x"}]}]',
        "b.json",
    )
    assert refusals(report) == [
        ("record 1", "name", "['B']"),
        ("record 2", "name", ""),
        ("record 3", "offices", "stad"),
    ]


def test_a_dry_run_reports_the_truth_and_writes_nothing(load: Load) -> None:
    a_partner("Er al", slug="er-al")
    db.session.flush()
    counts = {
        table: db.session.scalar(db.select(db.func.count()).select_from(table)) for table in db.metadata.sorted_tables
    }
    report = load("slug,name\ner-al,Nu anders\nnieuw,Nieuw\nFOUT,x\n", dry_run=True)
    assert (report.created, report.updated, report.refusals) == (1, 1, 1)
    assert str(report).startswith("Proef")
    db.session.expire_all()
    assert counts == {
        table: db.session.scalar(db.select(db.func.count()).select_from(table)) for table in db.metadata.sorted_tables
    }
    partner = queries.by_slug("er-al")
    assert partner is not None
    assert partner.name == "Er al"


def test_an_unusable_file_loads_nothing_also_when_it_breaks_halfway(load: Load) -> None:
    records = ", ".join(f'{{"slug": "p{n}", "name": "P"}}' for n in range(500))
    with pytest.raises(UnusableFile):
        load(f'[{records}, {{"slug"', "a.json")
    assert db.session.query(Partner).count() == 0


def test_who_may_not_edit_partners_cannot_import(load: Load, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("slug,name\na,A\n")
    with pytest.raises(NotAllowed):
        import_partners(a_member(), path)
    assert db.session.query(Partner).count() == 0


def test_progress_is_told(load: Load) -> None:
    told: list[int] = []
    load("slug,name\n" + "".join(f"p{n},P\n" for n in range(450)), progress=told.append)
    assert told == [200, 400, 450]
