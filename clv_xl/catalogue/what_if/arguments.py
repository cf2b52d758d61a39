"""The arguments that what-if functions share."""
