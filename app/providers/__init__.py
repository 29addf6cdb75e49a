"""The institutions that offer courses, the thematic groups and the venues."""
