"""The one exception of this package."""


class StackError(Exception):
    """The command cannot be done. The message says why and what to do; it is printed as it is,
    without a traceback.
    """
