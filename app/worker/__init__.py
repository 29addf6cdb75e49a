"""What follows from what happened, outside the request."""
