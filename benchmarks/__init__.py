"""Measurements beside stated baselines: ratios of one run on one machine, never times alone."""
