"""A data file that is not what it should be is answered in one line, with the remedy."""


class DataError(ValueError):
    """A data file is not what it should be; the one-line message names the file, what is wrong, and the remedy."""
