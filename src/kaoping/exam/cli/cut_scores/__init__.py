"""``kaoping cutscore``: judgements in, cuts with standard errors out, and how far an imposed pass mark is off."""

import click

from kaoping.exam.cli.cut_scores import booklets, compromises, grids, groups, panels, placing


@click.group()
def cutscore() -> None:
    """Set cut scores by a panel of judges or by groups of persons, and compare them with an imposed pass mark."""


for _command in (
    panels.angoff,
    booklets.booklet,
    booklets.bookmark,
    grids.ebel,
    compromises.hofstee,
    compromises.beuk,
    groups.contrasting,
    groups.borderline,
    placing.place,
):
    cutscore.add_command(_command)
