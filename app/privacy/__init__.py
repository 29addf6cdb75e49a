"""A person's data: shown and handed over whole, erased when asked and when their time is over, erased again after a restore."""
