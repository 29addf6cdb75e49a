"""Letters: whom they go to, what they say, how they leave."""
