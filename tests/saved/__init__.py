"""Tests of the room of saved searches."""
