"""The log of all changes, for curators and administrators to search."""
