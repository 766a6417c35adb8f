"""`arcsweep propose`: what to try next."""

from arcsweep.cli.options import DEFAULT_CONFIG, ConfigOption


def propose(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Write the next sweep's config, with the evidence for each line that it changes.

    Prints the difference to what the study was told. The proposal has a name of its own and starts
    warm from the study.
    """
    import typer

    from arcsweep.atomic import write_json, write_text
    from arcsweep.config.load import load_config
    from arcsweep.paths import Paths
    from arcsweep.proposal.files import propose_from_files

    settings = load_config(config)
    paths = Paths.of(settings)
    proposal = propose_from_files(settings, paths)
    write_json(paths.proposal_record, proposal.record())
    write_text(paths.proposal_diff, proposal.diff)
    write_text(paths.proposal, proposal.text)
    typer.echo(proposal.diff, nl=False)
    revision = proposal.revision
    typer.echo(
        f"{len(revision.changed)} changes; {revision.n_warm} of {revision.n_finished} finished "
        f"trials start it warm; written to {paths.proposal}"
    )
