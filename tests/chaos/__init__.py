"""`make chaos`: break a stack of its own on purpose, under a load whose every answer is compared.

`python -m tests.chaos --list` names what is broken and what is promised. It speaks to the stack by
HTTP, signals and files alone, as an outage does.
"""
