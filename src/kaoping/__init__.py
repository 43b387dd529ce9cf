"""Kaoping 考评: item bank, test assembly, online exams, IRT scoring and signed certificates."""

__version__ = "0.1.0"
