"""How the catalogue is used, counted without identifying anybody."""
