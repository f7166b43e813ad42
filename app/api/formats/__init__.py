"""The formats of an answer that are not JSON alone: which one is asked for, and writing each."""
