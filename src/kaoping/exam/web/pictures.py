"""The words of pictures in the reader's language; drawing is the business of `kaoping.exam.figures`."""

from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from kaoping.exam.figures import items
from kaoping.exam.figures.drawing import Words
from kaoping.exam.results import responses
from kaoping.exam.results.statistics import Row


def option_name(label: str) -> str:
    """Say a choice as the reader knows it; letters stay letters."""
    names = {"true": _("True"), "false": _("False"), "blank": _("Blank"), "right": _("Right"), "wrong": _("Wrong")}
    return str(names.get(label, label))


def item(row: Row, picture: str, cut: str) -> bytes:
    """Draw the curve of an item or the traces of its options, in the wide or the narrow cut."""
    return _curve(row, narrow=cut == "narrow") if picture == "curve" else _options(row, narrow=cut == "narrow")


def _curve(row: Row, *, narrow: bool) -> bytes:
    found = row.statistics
    told = _("Share of right answers by ability, a = %(a).2f, b = %(b).2f.", a=found.a, b=found.b)
    words = Words(_("Item characteristic curve"), _("Ability θ (logits)"), told)
    return items.characteristic_curve(
        found.a, found.b, words, observed=responses.observed(found.distractors), narrow=narrow
    )


def _options(row: Row, *, narrow: bool) -> bytes:
    stored = row.statistics.distractors.get("options")
    if stored is None:
        raise NotFound
    shown = {label: each for label, each in stored["shares"].items() if label != "blank" or each["all"]}
    words = Words(_("Share of each option"), _("Score groups, lowest to highest"), _("Lines of the options by group."))
    return items.option_lines(
        {option_name(label): each["trace"] for label, each in shown.items()},
        {option_name(label) for label in row.statistics.distractors["key"]},
        [str(number + 1) for number in range(len(stored["n"]))],
        words,
        key_word=_("key"),
        narrow=narrow,
    )
