"""Figures as drawings: one description, shown inline, as SVG, as PDF, and with its data."""
