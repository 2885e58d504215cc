"""Backups, with which an administrator can bring the portal back after a fire.

A backup is a folder: the dump of the database, the uploads as one tar, and a manifest that tells what
they must be. ``making`` writes one, ``restoring`` puts one back. The database comes first: an upload
that is younger than the database is harmless, a row without its file is not.
"""
