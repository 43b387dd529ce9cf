"""``python -m kaoping`` is the ``kaoping`` command."""

from kaoping.exam.cli import main

main()
