"""Calendar arithmetic, standard library only: no Flask, no clock, no I/O."""
