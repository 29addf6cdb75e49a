"""Tests of app/people."""
