"""Tests of the figures of use."""
