"""Imported by the quiet process that drawing children are forked from: reads what every one of them needs, once.

See `kaoping.certificates.sandbox`. Nothing else imports this module; to import it is to have the typefaces read.
"""

from contextlib import suppress

from kaoping.certificates import layout_samples
from kaoping.certificates.layout_start import official
from kaoping.itembank.print_errors import PangoMissing

with suppress(PangoMissing):  # each child says so in its own answer
    layout_samples.picture(official(), layout_samples.Wish())
