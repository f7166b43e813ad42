"""Fasti: is this a working day, and if not, why? Empty, so that a room can be imported alone."""
