"""Those who want to hear of the next dates."""
