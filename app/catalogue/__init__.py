"""What residents read: courses with their runs and seats, providers, what starts when."""
