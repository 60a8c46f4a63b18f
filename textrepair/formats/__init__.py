"""Formats: which parts of a document are prose, and how edits go back into it."""
