"""Finding partners: the request, facets, words and order."""
