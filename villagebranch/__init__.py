"""连心册 (VillageBranch): the record-keeping program of a village party branch."""

__version__ = "0.2.0"
