"""Filling in by file: what a partner states, uploaded as CSV, JSON or XLSX, becomes drafts once it was read (row I6).

A room of its own above `exchange`, whose readers it uses, and `providing`, whose drafts it saves.
"""
