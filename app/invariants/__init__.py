"""What must always be true of the records, and the look at them that says whether it is."""
