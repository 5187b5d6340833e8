"""Finding partners.

A request goes from top to bottom:

grammar.py       an address becomes a request (request.py), and what is wrong with it
sync/            which moment of the catalogue answers: a snapshot and a words index, in step with the database
words/           what was typed becomes a query: stems, compounds, names that mean the same. Pure
index/           which partners hold those words. The only package that knows Whoosh
snapshot/        everything structured about the partners as bits and sorted arrays, in files that processes share
asking.py        the request answered: who matches (facets.py)
choosing.py      facets as data; plates.py and printing.py print them but for their counts
sheets.py        what is known of the partners of a page; cards.py prints them, why.py says by what they were found
results.py       everything else on the page; views.py puts it together
"""
