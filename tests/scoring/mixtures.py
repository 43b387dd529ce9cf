"""Items of several models together."""

import numpy as np

from kaoping.scoring.models import model
from kaoping.scoring.parameters import ItemParameters

FORMS = [model("2pl"), model("3pl"), model("4pl"), model("grm", 4), model("gpcm", 3), model("nominal", 3)]


def mixed_items(rng: np.random.Generator, times: int = 3) -> ItemParameters:
    """Draw items of six models, of each as many as asked."""
    shown = []
    for form in FORMS * times:
        slope = 1.5 * rng.lognormal(0, 0.4)
        rows = {
            "grm": [slope, *np.sort(rng.normal(0, 1.5, 3))],
            "gpcm": [slope, *rng.normal(0, 1, 2)],
            "nominal": [rng.normal(), 1.5 + rng.normal(), 0.3, -0.2],
        }
        shown.append(rows.get(form.name, [slope, rng.normal(), 0.25, 0.95][: len(form.reported)]))
    return ItemParameters.reported([f"I{place}" for place in range(len(shown))], FORMS * times, shown)
