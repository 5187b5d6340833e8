"""A curator keeps the list of partners: adds them, changes them, renames them."""
