"""Files that prove an answer: recognised by content, kept outside the web root, shown to few, forgotten in the end."""
