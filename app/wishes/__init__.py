"""What residents want to learn and nobody offers yet."""
