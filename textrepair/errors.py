"""Errors that are the user's to solve; the command prints each as one line and exits with 2."""


class TextrepairError(Exception):
    """Base of all errors that textrepair raises on purpose."""


class ModelError(TextrepairError):
    """A model folder is missing, incomplete or broken."""


class InputError(TextrepairError):
    """An input cannot be read as text, or an output cannot be written."""


class ConfigError(TextrepairError):
    """A configuration file has an error."""
