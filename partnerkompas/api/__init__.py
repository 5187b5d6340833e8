"""The same questions answered in JSON."""
