"""The day in the Netherlands, however often and in whatever order it is asked for."""

from datetime import UTC, datetime, timedelta

import pytest

from partnerkompas.infra import clock

MOMENTS = [
    datetime(2026, month, day, hour, minute, tzinfo=UTC) + timedelta(microseconds=offset)
    for month, day, hour, minute in [(3, 28, 23, 0), (3, 29, 22, 0), (10, 24, 22, 0), (10, 25, 23, 0), (12, 31, 23, 0)]
    for offset in (-1, 0, 1)
]
"""Around midnight, also of the days on which the clock is put forward and back."""


@pytest.mark.parametrize("moments", [MOMENTS, MOMENTS[::-1], MOMENTS[::4]])
def test_today_is_the_day_of_this_moment(moments: list[datetime], monkeypatch: pytest.MonkeyPatch) -> None:
    """What is remembered of the day holds from its midnight to the next, also for a clock that is put back."""
    for moment in moments:
        monkeypatch.setattr(clock, "now", lambda moment=moment: moment)
        monkeypatch.setattr(clock, "seconds", moment.timestamp)
        assert clock.today() == moment.astimezone(clock.AMSTERDAM).date()


def test_a_clock_that_is_held_is_not_remembered() -> None:
    """Nor does what is remembered hold it."""
    before = clock.today()
    with clock.fixed_at(datetime(2020, 2, 29, 12, tzinfo=UTC)):
        assert clock.today().isoformat() == "2020-02-29"
    assert clock.today() == before
