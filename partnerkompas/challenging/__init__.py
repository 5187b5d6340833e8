"""Somebody says a fact is wrong: the partner is heard, a curator decides, corrections are public (row G13)."""
