"""Criteria and code lists from files. Every fault is named, with file, key and reason, before anything is written."""

from partnerkompas.criteria.files.consistency import Problem
from partnerkompas.criteria.files.reading import WrongFile, edition_of, read_edition
from partnerkompas.criteria.files.whole import whole

__all__ = ["Problem", "WrongFile", "edition_of", "read_edition", "whole"]
