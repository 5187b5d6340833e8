"""The own page: what is known of whoever is signed in, to be seen, taken along, changed and erased."""
