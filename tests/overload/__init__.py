"""`make overload`: ask more of a stack than it can answer, and hold connections that it cannot use.

It speaks to a stack of its own, started as `make up` does, by HTTP alone. Its parts are those of
`make chaos`; what is its own is a load of thousands a second, and callers that are slow on purpose.
"""
