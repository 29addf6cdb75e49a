"""Who really took part: attendance, head counts, activities, certificates."""
