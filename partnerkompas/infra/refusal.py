"""What a verb says when it will not do what was given."""


class NotAcceptable(ValueError):
    """What was given cannot be done; the message says why, in the reader's language."""
