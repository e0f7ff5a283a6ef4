"""What operators get: the commands behind ``interconnexion`` (shared/cli.py). They look at databases, broker and
running processes from outside; nothing that runs depends on them."""
