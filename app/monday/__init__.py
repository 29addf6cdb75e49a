"""What needs a provider's staff now, from every room."""
