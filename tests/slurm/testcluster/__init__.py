"""The parts of a real Slurm cluster on one machine; ``tests/slurm/cluster.py`` puts them together."""
