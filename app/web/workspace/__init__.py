"""The providers' workspace: one file per subject."""
