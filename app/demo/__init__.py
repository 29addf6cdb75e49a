"""The demonstration city: invented offers of real institutions, made from data/ the same way every time."""
