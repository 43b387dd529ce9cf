"""The names of the response models as people write them."""

from enum import StrEnum


class ModelName(StrEnum):
    """The names of the models as people write them."""

    RASCH = "rasch"
    ONE = "1pl"
    TWO = "2pl"
    THREE = "3pl"
    FOUR = "4pl"
    PARTIAL_CREDIT = "pcm"
    RATING_SCALE = "rsm"
    GENERALIZED = "gpcm"
    GRADED = "grm"
    NOMINAL = "nominal"
