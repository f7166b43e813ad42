"""The one adapter to the holidays library: codes, categories, languages, coverage, certainty.

``Almanac`` is the door. Nothing outside this room imports the library.
"""
