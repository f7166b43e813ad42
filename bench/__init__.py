"""`make bench`: what a guarded answer costs, beside what is usual, measured in one run."""
