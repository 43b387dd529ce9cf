"""``kaoping demo``: the main job on the demonstration bank, then the server with one log-in per role."""

import click


@click.command()
@click.option("--no-serve", is_flag=True, help="End after the summary.")
@click.option("--again", is_flag=True, help="Let a new batch of candidates sit although an earlier one is complete.")
def demo(*, no_serve: bool, again: bool) -> None:
    """Run the main job on the demonstration bank, then serve it until Ctrl-C.

    What an earlier run left is kept; an interrupted run goes on where it stopped.
    """
    from kaoping.exam import serving
    from kaoping.exam.demonstration import running
    from kaoping.exam.demonstration.bot import Unexpected
    from kaoping.exam.demonstration.stages import DemonstrationStuck

    chosen = running.settings()
    with running.prepared(chosen, click.echo) as people, serving.running(chosen) as ended:
        try:
            with running.timed(click.echo, f"Server at {chosen.origin}"):
                running.await_ready(chosen)
            summary = running.run(chosen, people, click.echo, again=again)
        except (Unexpected, DemonstrationStuck) as stuck:
            raise click.ClickException(str(stuck)) from stuck
        click.echo("\n" + "\n".join(summary.lines()))
        if not no_serve:
            _tell_log_ins(chosen.data, chosen.origin)
            serving.wait(ended)


def _tell_log_ins(data: object, origin: str) -> None:
    from pathlib import Path

    from kaoping.exam.demonstration import staff

    known = staff.passwords(Path(str(data)))
    click.echo(f"\nThe server runs at {origin} until Ctrl-C. Staff log in at {origin}/account/login:")
    for login, _, role in staff.PEOPLE:
        click.echo(f"  {login:20} {known[login]:14} {role}")
    click.echo(f"Anybody checks certificates at {origin}/verify")
