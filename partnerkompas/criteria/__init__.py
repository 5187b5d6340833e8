"""What partners are compared on: questions, their kinds, code lists, releases."""
