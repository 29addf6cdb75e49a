"""Participants' judgement of a run, kept apart from who they are."""
