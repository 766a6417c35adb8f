import sys
from pathlib import Path

# toy.py and sweep.py also run as programs, so they are plain modules of this folder.
sys.path.insert(0, str(Path(__file__).parent))
