"""The parts of a real Slurm cluster on one machine; ``cluster.py`` puts them together."""
