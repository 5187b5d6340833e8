"""The kinds of criteria. A kind is one small class that knows everything about itself.

The rest of the program asks a kind, and never looks at its name: a new kind is a new class with `@kind`, and nothing
else changes (a test adds one to prove it). Values are canonical JSON: what `parse` returns is what is stored.
"""

from partnerkompas.criteria.kinds import choices, quantities, texts
from partnerkompas.criteria.kinds.kind import KINDS, Bucket, Kind, NotAnAnswer, Value, kind, kind_of

__all__ = ["KINDS", "Bucket", "Kind", "NotAnAnswer", "Value", "choices", "kind", "kind_of", "quantities", "texts"]
