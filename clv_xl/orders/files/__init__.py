"""Orders from a file that somebody exported: what it is, how it was understood, what was left out."""
