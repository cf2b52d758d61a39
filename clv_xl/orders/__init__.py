"""The order log: reading it, the rules of an order, its store, and the tables made of it."""
