"""Gathers the portal's own models for Django."""

from portal.demonstration.models import ImportedRow

__all__ = ["ImportedRow"]
