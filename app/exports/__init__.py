"""Everything of a provider's own as files: courses, runs, sessions, registrations, attendance, certificates."""
