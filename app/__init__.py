"""A city's catalogue of lifelong learning."""
