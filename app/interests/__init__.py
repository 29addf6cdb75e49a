"""Those who want to hear when a course takes place again."""
