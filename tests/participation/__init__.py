"""Tests of app/participation."""
