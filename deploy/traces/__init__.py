"""Reads the file that TRACES_FILE names (OTLP/JSON lines): the tree of a trace, and the picture in the documents."""
