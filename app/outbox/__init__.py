"""What happened and must have consequences, kept with the change itself."""
