"""A partner keeps its own facts: filling in theme by theme, confirming, checking, signing."""
