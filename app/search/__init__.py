"""Finding courses: one contract, several engines."""
