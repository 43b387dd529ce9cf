"""How the documentation is built: ``python -m sphinx -W -b html docs docs/_build`` (no network is needed)."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "src"), str(HERE.parent)]

import kaoping  # noqa: E402

project = "Kaoping 考评"
author = "The Kaoping developers"
copyright = "2026, the Kaoping developers, Apache-2.0"  # noqa: A001
version = release = kaoping.__version__
language = "en"

extensions = ["myst_parser", "docs.catalogue", "docs.formulas"]
myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
exclude_patterns = ["_build", "pictures/README.md"]

html_theme = "furo"
html_title = f"Kaoping 考评 {version}"
html_math_renderer = "mathml"
html_show_sphinx = False
html_theme_options = {"footer_icons": []}
