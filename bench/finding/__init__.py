"""How fast finding is, beside what a user would put in its place: `python -m bench.finding` (issue 3, point 5)."""
