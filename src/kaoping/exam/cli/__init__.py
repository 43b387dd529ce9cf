"""The command ``kaoping``. Every failure is one clear sentence and an exit status, never a traceback."""

from typing import Any

import click

from kaoping.exam.cli import (
    adaptive,
    assembling,
    audit,
    calibration,
    classical,
    classification,
    cut_scores,
    database,
    demo,
    dif,
    doctor,
    equating,
    fit,
    integrity,
    issuing_keys,
    keys,
    linking,
    papers,
    people,
    raters,
    running,
    scores,
    signing_anew,
    simulating,
    verify,
)
from kaoping.itembank.errors import KaopingError


class Commands(click.Group):
    """A group that tells people what went wrong in the error's own sentence."""

    def invoke(self, context: click.Context) -> Any:
        """Run a command."""
        try:
            return super().invoke(context)
        except KaopingError as refused:
            raise click.ClickException(str(refused)) from None
        except OSError as refused:
            if refused.filename is None or refused.strerror is None:
                raise
            raise click.ClickException(f"{refused.filename} cannot be used: {refused.strerror.lower()}.") from None


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def main() -> None:
    """Kaoping 考评: item bank, exams, scoring and signed certificates.

    Settings are environment variables KAOPING_…; the documentation lists them.
    """


for _command in (
    demo.demo,
    running.serve,
    running.web,
    running.worker,
    database.db,
    people.person,
    people.organisation,
    keys.keys,
    audit.audit,
    verify.verify,
    classical.analyse,
    cut_scores.cutscore,
    dif.dif,
    fit.fit,
    calibration.calibrate,
    scores.score,
    classification.classify,
    equating.equate,
    linking.link,
    raters.raters,
    simulating.simulate,
    adaptive.adaptive,
    integrity.integrity,
    assembling.assemble,
    papers.papers,
    doctor.doctor,
    doctor.version,
):
    main.add_command(_command)

for _command in (*issuing_keys.COMMANDS, *signing_anew.COMMANDS):
    keys.keys.add_command(_command)
