"""The hosts: the catalogue made callable from one program each, blind to one another."""
