"""The hash that tells two contents apart."""

import hashlib
import json
from typing import Any


def content_hash(content: Any) -> str:
    """Hex SHA-256 of ``content`` as canonical JSON: equal contents, equal hash, on any machine."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()
