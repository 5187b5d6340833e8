"""The companies that are compared."""
