"""Saved searches: kept under a name, shared by a link, and what changed since their owner looked."""
