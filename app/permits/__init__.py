"""The register of the city's permits for non-formal programmes."""
