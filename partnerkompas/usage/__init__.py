"""Figures of use: how often profiles are looked at, partners compared and criteria filtered on, by week (row I4)."""
