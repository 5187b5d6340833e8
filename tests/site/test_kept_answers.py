"""What was sent to one visitor is sent to the next, until anything changes: nothing stale, nothing private."""

import gc
import gzip
from threading import Lock
from time import sleep

import pytest
from flask import Flask, Response, request, request_started, template_rendered
from werkzeug.test import Client, TestResponse

from partnerkompas import create_app
from partnerkompas.config import Settings
from partnerkompas.infra import clock
from partnerkompas.infra.db import db, writing
from partnerkompas.infra.kept_answers import LONGEST, Answer, KeptAnswers
from partnerkompas.infra.request_cycle import committed, unit_of_work
from partnerkompas.partners.models import PartnerStatus
from partnerkompas.search import sync
from tests.factories import NOW, a_member, a_partner, an_answer, client_of, the_criteria
from tests.signed_in import without_token

KEPT = ("/partners", "/partners?producten=bc", "/en/partners?q=alfa", "/api/v1/partners", "/partners?op=2020-01-01")


@pytest.fixture
def visitor(app: Flask) -> Client:
    """Of a site that keeps its answers, with two partners."""
    app.extensions["kept_answers"].most_bytes = 2**20
    app.extensions["search"].news_seconds = 60
    with unit_of_work():
        the_criteria()
        an_answer(a_partner("Alfa"), "producten", "bc")
        an_answer(a_partner("Beta"), "producten", "bc")
    writing.set(False)
    return app.test_client()


def held(app: Flask) -> KeptAnswers:
    kept: KeptAnswers = app.extensions["kept_answers"]
    return kept


def told(response: TestResponse) -> tuple[bytes, dict[str, str]]:
    """All that was said."""
    return response.data, dict(response.headers)


@pytest.mark.parametrize("address", KEPT)
def test_the_second_answer_is_the_first(app: Flask, visitor: Client, address: str) -> None:
    first = visitor.get(address)
    assert len(held(app).answers) == 1
    second = visitor.get(address)
    assert told(second) == told(first)
    assert second.headers["ETag"]
    assert "Content-Security-Policy" in second.headers
    assert visitor.get(address, headers={"If-None-Match": second.headers["ETag"]}).status_code == 304


def test_the_application_is_not_asked_again(app: Flask, visitor: Client) -> None:
    asked: list[str] = []
    with request_started.connected_to(lambda _app: asked.append(request.path), app):
        for _time in range(3):
            visitor.get("/partners")
            visitor.get("/criteria")
    assert asked == ["/partners", "/criteria", "/criteria", "/criteria"]


@pytest.mark.parametrize("address", ["/partners", "/api/v1/partners"])
def test_what_another_process_changed_is_seen_at_the_next_request(
    settings: Settings, visitor: Client, address: str
) -> None:
    before = visitor.get(address)
    assert "Alfa" in visitor.get(address).text
    other = create_app(settings)
    with other.app_context():
        with unit_of_work():
            a_partner("Alfa", status=PartnerStatus.DELISTED)
        db.engine.dispose()
    writing.set(False)
    after = visitor.get(address, headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert "Alfa" not in after.text


def test_it_is_compressed_for_who_can_read_that_only(visitor: Client) -> None:
    small = visitor.get("/partners", headers={"Accept-Encoding": "gzip"})
    plain = visitor.get("/partners")
    again = visitor.get("/partners", headers={"Accept-Encoding": "gzip"})
    assert small.headers["Content-Encoding"] == again.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(again.data) == plain.data == gzip.decompress(small.data)
    assert "Content-Encoding" not in plain.headers
    assert len({small.headers["ETag"], plain.headers["ETag"]}) == 2
    assert "Accept-Encoding" in plain.headers["Vary"]


@pytest.mark.parametrize("address", ["/partners", "/api/v1/partners"])
def test_who_is_delisted_is_gone_at_once(app: Flask, visitor: Client, address: str) -> None:
    before = visitor.get(address)
    assert "Alfa" in before.text
    with unit_of_work():
        a_partner("Alfa", status=PartnerStatus.DELISTED)
    writing.set(False)
    after = visitor.get(address, headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert "Alfa" not in after.text


@pytest.mark.parametrize("address", ["/partners", "/api/v1/partners"])
def test_who_is_delisted_is_gone_also_when_another_page_saw_that_first(visitor: Client, address: str) -> None:
    """That page brings the catalogue up to date and is not kept itself, so what was kept before is still there."""
    assert "Alfa" in visitor.get(address).text
    with unit_of_work():
        a_partner("Alfa", status=PartnerStatus.DELISTED)
    writing.set(False)
    assert visitor.get("/suggesties?q=alfa").json == {"suggestions": []}
    assert "Alfa" not in visitor.get(address).text


def test_what_nobody_applied_is_seen_soon(app: Flask, visitor: Client) -> None:
    """Whoever changed it was killed before the index knew: no file tells of it, only the database."""
    assert "Alfa" in visitor.get("/partners").text
    committed.disconnect(sync.after_commit)
    with unit_of_work():
        a_partner("Alfa", status=PartnerStatus.DELISTED)
    writing.set(False)
    app.extensions["search"].news_seconds = 0.01
    sleep(0.02)
    assert "Alfa" not in visitor.get("/partners").text


def test_tomorrow_is_another_day(visitor: Client) -> None:
    before = visitor.get("/partners")
    with clock.fixed_at(NOW.replace(day=NOW.day + 1)):
        after = visitor.get("/partners")
    assert before.headers["ETag"] != after.headers["ETag"]


def test_languages_hosts_and_parameters_are_not_mixed_up(visitor: Client) -> None:
    """An address that only differs after decoding is another one."""
    addresses = ["/partners", "/en/partners", "/partners?q=a%26p=x", "/partners?q=a&p=x", "/partners?q=%C3%A9"]
    once = [visitor.get(address).data for address in addresses]
    assert [visitor.get(address).data for address in addresses] == once
    assert len(set(once)) == len(once)
    here, there = (visitor.get("/api/v1/partners", base_url=f"http://{host}/").text for host in ("een.nl", "twee.nl"))
    assert "twee.nl" not in here
    assert "een.nl" not in there


def test_what_is_wrong_is_not_kept(app: Flask, visitor: Client) -> None:
    assert visitor.get("/api/v1/partners?q=a&q=b").status_code == 400
    visitor.head("/partners")
    assert not held(app).answers


def test_nobody_signed_in_gets_or_leaves_anything(app: Flask, visitor: Client) -> None:
    public = visitor.get("/partners")
    with unit_of_work():
        member = client_of(app, a_member())
    writing.set(False)
    mine = member.get("/partners")
    assert without_token(member.get("/partners").text) == without_token(mine.text)
    assert mine.data != public.data
    assert mine.headers["Cache-Control"] == "no-store"
    assert "ETag" not in mine.headers
    assert [each.body for each in held(app).answers.values()] == [public.data]


def test_who_shows_any_authorization_gets_nothing_kept(app: Flask, visitor: Client) -> None:
    visitor.get("/partners")
    asked: list[str] = []
    with request_started.connected_to(lambda _app: asked.append(request.path), app):
        visitor.get("/partners", headers={"Authorization": "Bearer x"})
    assert asked == ["/partners"]


@pytest.mark.parametrize(("name", "value"), [("set-cookie", "a=b"), ("CACHE-CONTROL", "No-Store")])
def test_what_is_private_is_not_kept_however_it_is_spelt(app: Flask, name: str, value: str, visitor: Client) -> None:
    def say(response: Response) -> Response:
        response.headers[name] = value
        return response

    app.after_request(say)
    assert (name, value) in [*visitor.get("/partners").headers]
    assert not held(app).answers


def test_a_slow_answer_does_not_push_out_what_is_newer(app: Flask, visitor: Client) -> None:
    """Something changes while it is made: it is of a moment that is over."""
    visitor.get("/partners")
    before = {**held(app).answers}

    def change(_app: Flask, template: object, context: object) -> None:
        with unit_of_work():
            a_partner("Gamma")
        writing.set(False)
        with app.test_request_context("/partners"):
            sync.ready()

    with template_rendered.connected_to(change, app):
        visitor.get("/partners?q=alfa")
    assert {**held(app).answers} == before


def test_memory_is_bounded() -> None:
    """Bodies, headers and addresses together."""
    kept, moment, later = KeptAnswers(130), Lock(), Lock()
    for number in range(10, 40):
        kept.put(moment, ("", str(number)), Answer([("A", "b")], b"x" * 9, ""))
        kept.get(moment, ("", "10"))
    assert kept.size == len(kept.answers) * (9 + 2 + 2) == 130
    assert kept.get(moment, ("", "10")), "what is asked for stays"
    kept.put(moment, ("", "x" * 131), Answer([], b"", ""))
    assert kept.size == 130, "an answer that is too much by itself takes no other's place"
    kept.put(later, ("", "10"), Answer([], b"x", ""))
    assert len(kept.answers) == 1, "another moment"


def test_only_headers_are_asked_for(app: Flask, visitor: Client) -> None:
    """HEAD, as GET: the same headers, also from what was kept."""
    assert visitor.head("/partners").status_code == 200
    whole = visitor.get("/partners")
    head = visitor.head("/partners")
    assert (head.data, dict(head.headers)) == (b"", dict(whole.headers))
    assert visitor.head("/partners", headers={"If-None-Match": whole.headers["ETag"]}).status_code == 304


def test_an_address_that_is_too_long_is_not_kept(app: Flask, visitor: Client) -> None:
    visitor.get("/partners?q=" + "x" * LONGEST)
    visitor.get("/partners", headers={"Accept-Encoding": "x" * LONGEST})
    assert not held(app).answers


def test_what_is_kept_keeps_no_earlier_generation_alive(app: Flask, visitor: Client) -> None:
    """A generation has files open."""
    visitor.get("/partners")
    moment = held(app).moment
    assert moment
    assert moment() is sync.ready()
    with unit_of_work():
        a_partner("Gamma")
    writing.set(False)
    visitor.get("/criteria")
    sync.ready()
    gc.collect()
    assert moment() is None


@pytest.mark.parametrize("host", ['a"b', "a b", "<x>"])
def test_a_host_that_cannot_be_one_is_refused(visitor: Client, host: str) -> None:
    assert visitor.get("/api/v1/partners", headers={"Host": host}).status_code == 400


NOT_PAGES = (
    "/api/v1/partners", "/api/v1/partners/alfa", "/api/v1/partners/nobody", "/api/v1/partners?x=1", "/api/v1/criteria",
    "/api/v1/openapi.json", "/partners.csv", "/vergelijk.json?p=alfa&p=beta", "/vergelijk.csv?p=alfa&p=beta",
    "/partners", "/cijfers.csv",
)  # fmt: skip


@pytest.mark.parametrize("address", NOT_PAGES)
def test_every_answer_is_asked_for_again(visitor: Client, address: str) -> None:
    """Without a word about it a cache keeps an answer as long as it guesses: who left must be gone at once."""
    first = visitor.get(address)
    assert first.headers["Cache-Control"] == "no-cache"
    if "ETag" in first.headers:
        again = visitor.get(address, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.headers["Cache-Control"]) == (304, "no-cache")


def test_static_files_are_kept_for_good(visitor: Client) -> None:
    assert "max-age=31536000" in visitor.get("/static/css/base.css").headers["Cache-Control"]
