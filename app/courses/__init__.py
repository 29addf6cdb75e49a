"""What is taught: courses, their runs and sessions."""
