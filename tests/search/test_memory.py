"""What is remembered of queries is bounded: anybody may ask for words that nobody asked for before."""

import gc
from functools import _lru_cache_wrapper
from typing import Any

from flask import Flask

from partnerkompas.search.words.analysis import MOST_KEPT
from tests.browser import Browser


def remembered() -> dict[str, "_lru_cache_wrapper[Any]"]:
    """Every function of ours that remembers what it gave."""
    found = (each for each in gc.get_objects() if isinstance(each, _lru_cache_wrapper))
    return {
        f"{each.__module__}.{each.__qualname__}": each for each in found if each.__module__.startswith("partnerkompas")
    }


def test_unknown_words_take_bounded_room(market: Flask) -> None:
    browser = Browser(market)
    browser.json("/api/v1/partners?q=erp+qqqx")
    before = {name: each.cache_info().currsize for name, each in remembered().items()}
    words = [f"qx{chr(97 + first)}w{chr(97 + second)}z" for first in range(10) for second in range(10)]
    for start in range(0, 100, 20):
        browser.json(f"/api/v1/partners?q={'+'.join(words[start : start + 20])}")
        browser.get(f"/partners?q={'+'.join(words[start : start + 20])}")
    grown = {name: each for name, each in remembered().items() if each.cache_info().currsize - before.get(name, 0) > 80}
    assert grown, "each word is taken apart and stemmed"
    assert {name: each.cache_info().maxsize for name, each in grown.items() if not _is_bounded(each)} == {}


def _is_bounded(cache: "_lru_cache_wrapper[Any]") -> bool:
    most = cache.cache_info().maxsize
    return most is not None and most <= MOST_KEPT
