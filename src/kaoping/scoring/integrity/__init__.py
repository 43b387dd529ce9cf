"""Integrity of a sitting: what in the answers is unusual enough for a person to look at it.

Every screening gives `Evidence`: statistics, their p under “nothing happened”, and how many flags chance alone gives.
"""

from kaoping.scoring.integrity.evidence import Evidence, Subject, Unjudged

__all__ = ["Evidence", "Subject", "Unjudged"]
