"""The city's figures and its yearly report."""
