"""What a good password is, and how it is kept."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from argon2 import PasswordHasher

from partnerkompas.accounts import passwords

REAL_HASHER = passwords._hasher


@pytest.mark.parametrize(
    "password",
    [
        "vijftien teken1",
        "demo appel boom fiets",
        "paars ladder zeilboot krant",
        "zonderhoofdletterofcijfer",
        "🙂 lacht om 🙃 en 🚲",
        "wachtwoord met\0nul erin",
        "een boom vol peren naast de fiets " * 29,
        " begint en eindigt met wit ",
        pytest.param(passwords.generated("jan.jansen@voorbeeld.nl"), id="generated"),
    ],
)
def test_accepted(password: str) -> None:
    assert passwords.objection(password, "jan.jansen@voorbeeld.nl") == ""
    assert passwords.matches(passwords.hashed(password), password)


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("", "ten minste 15"),
        ("veertien teken", "ten minste 15"),
        ("a" * 15, "snel te raden"),
        ("é" * 40, "snel te raden"),
        ("🙂🙃" * 8, "snel te raden"),
        ("ab" * 500, "snel te raden"),
        ("123456789987654321", "snel te raden"),
        ("1qaz2wsx3edc4rfv", "snel te raden"),
        ("qwertyuiopasdfgh", "snel te raden"),
        ("wachtwoordwachtwoord", "snel te raden"),
        ("correct horse battery staple", "snel te raden"),
        ("goedemorgen12345", "snel te raden"),
        ("ikhouvanjou12345", "snel te raden"),
        ("Zomer2026Zomer2026", "snel te raden"),
        ("vrijheidvrijheid", "snel te raden"),
        ("Sinterklaas2026!", "snel te raden"),
        ("BusinessCentral2026", "snel te raden"),
        ("Microsoft Dynamics 1", "snel te raden"),
        ("voorbeeldvoorbeeld", "snel te raden"),
        ("feyenoord123456789", "snel te raden"),
        ("a" * 999 + "bc", "ten hoogste 1000"),
        ("ik ben jan.jansen zelf", "zonder de naam"),
        ("ik ben JAN.JANSEN zelf", "zonder de naam"),
        ("mijn Partnerkompas wachtwoord", "zonder de naam"),
    ],
)
def test_refused_with_the_reason(password: str, reason: str) -> None:
    assert reason in passwords.objection(password, "jan.jansen@voorbeeld.nl")


def test_a_name_of_two_letters_may_occur() -> None:
    assert passwords.objection("een zin met jo erin", "jo@voorbeeld.nl") == ""


@pytest.mark.parametrize(
    ("password", "times"),
    [("p4$$w0rd1l|!7$5" * 60, 1), ("Wachtwoord mét hoofdletter " * 30, 2), ("een zin, aan een stuk geschreven", 2)],
    ids=["in one form", "in two forms", "in two forms that are short"],
)
def test_only_a_beginning_is_weighed_and_the_same_form_once(weighed: list[str], password: str, times: int) -> None:
    passwords.objection(password, "jan.jansen@voorbeeld.nl")
    assert len(weighed) == times
    assert max(map(len, weighed)) <= 32, "the work of 72 characters is seconds"


def test_a_glance_costs_nothing_and_tells_the_same(weighed: list[str]) -> None:
    for password in ("", "veertien teken", "a" * 1001, "ik ben jan.jansen zelf"):
        glance = passwords.at_a_glance(password, "jan.jansen@voorbeeld.nl")
        assert glance == passwords.objection(password, "jan.jansen@voorbeeld.nl") != ""
    assert passwords.at_a_glance("correct horse battery staple", "jan.jansen@voorbeeld.nl") == ""
    assert weighed == []


def test_nothing_is_cut_off() -> None:
    kept = passwords.hashed("a" * 500 + "b")
    assert not passwords.matches(kept, "a" * 500 + "c")
    assert not passwords.matches(kept, "a" * 500)


def test_the_same_text_in_other_code_points_is_the_same_password() -> None:
    assert passwords.matches(passwords.hashed("cafe\u0301 op de hoek"), "caf\u00e9 op de hoek")


def test_a_hash_that_cannot_be_read_matches_nothing() -> None:
    assert not passwords.matches("", "")
    assert not passwords.matches("!", "!")


def test_the_work_is_at_least_what_the_rule_asks() -> None:
    assert REAL_HASHER.type.name == "ID"
    assert REAL_HASHER.memory_cost >= 19 * 1024
    assert REAL_HASHER.time_cost >= 2


def test_less_work_than_usual_is_noticed() -> None:
    assert passwords.is_outdated(PasswordHasher(time_cost=1, memory_cost=32, parallelism=1).hash("x"))
    assert not passwords.is_outdated(passwords.hashed("x"))


def test_two_hash_at_once_and_the_third_is_turned_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "PATIENCE", 0.01)
    with passwords.place(), passwords.place(), pytest.raises(passwords.Busy), passwords.place():
        pass
    with passwords.place():
        pass


def test_a_place_that_comes_free_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "PATIENCE", 60)
    leave, full = threading.Event(), threading.Barrier(passwords.AT_ONCE + 1)

    def stay() -> bool:
        with passwords.place():
            full.wait(60)
            return leave.wait(60)

    with ThreadPoolExecutor(passwords.AT_ONCE) as pool:
        others = [pool.submit(stay) for _ in range(passwords.AT_ONCE)]
        full.wait(60)
        threading.Timer(0.05, leave.set).start()
        with passwords.place():
            assert leave.is_set()
        assert all(other.result(60) for other in others)
