"""How much a stack holds: the search for its highest rate, over many layouts, and a model of it."""
