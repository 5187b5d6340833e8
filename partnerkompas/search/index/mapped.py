"""Read what Whoosh wrote straight from the mapped file.

Whoosh maps a segment and then copies all of it into memory (1 s and 837 MB at a million documents), and its files share
one position, so that two threads that read disturb each other. Here every read is a slice of the map.
"""

import io
import pickle
import struct
from pathlib import Path
from typing import Any

from whoosh.filedb.compound import CompoundStorage
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import StructFile

from partnerkompas.infra.mapping import content

_HEADER = struct.Struct("!qi")
"""Where in a segment file its table of contents starts, and how long it is."""

_ALLOWED = {
    ("collections", "defaultdict"),
    ("builtins", "int"),
    ("builtins", "set"),
    ("partnerkompas.search.index.codec", "Flat"),
    ("partnerkompas.search.index.codec", "FlatSegment"),
}
"""All that a pickle in our index is made of. Another name in it means that we did not write it."""


class _Careful(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _ALLOWED:
            raise pickle.UnpicklingError(f"an index has no {module}.{name}")
        return super().find_class(module, name)


class MappedFile(StructFile):
    """A part of a map as Whoosh reads its files. `get` keeps no position, so any number of threads may use it."""

    def __init__(self, view: memoryview, name: str = "") -> None:
        self.view, self._name, self._at = view, name, 0
        self.file, self.onclose, self.is_real, self.is_closed = self, None, False, False

    def get(self, position: int, length: int) -> bytes:
        """Bytes from a position."""
        return bytes(self.view[position : position + length])

    def read(self, size: int = -1) -> bytes:
        """The next bytes, or all that are left."""
        start, end = self._at, len(self.view) if size < 0 else self._at + size
        self._at = min(end, len(self.view))
        return bytes(self.view[start:end])

    def seek(self, where: int, whence: int = 0) -> None:
        """Go to a place, from the start or from here."""
        self._at = where + (self._at if whence == 1 else 0)

    def tell(self) -> int:
        """The place of the next read."""
        return self._at

    def read_pickle(self) -> Any:
        """An object of the few kinds that an index holds; pickle.UnpicklingError for any other."""
        rest = io.BytesIO(self.view[self._at :])
        found = _Careful(rest).load()
        self._at += rest.tell()
        return found

    def close(self) -> None:
        """The map goes when nothing looks at it any more."""


class MappedSegment(CompoundStorage):
    """A segment file with the files in it. It is closed when the last that uses a part of it goes away."""

    def __init__(self, path: Path) -> None:
        self._whole = content(path)
        self.is_closed, self._file = False, None
        start, _length = _HEADER.unpack_from(self._whole)
        contents = MappedFile(self._whole)
        contents.seek(start)
        self._dir = contents.read_pickle()

    def open_file(self, name: str, *_args: Any, **_options: Any) -> MappedFile:
        """A file in the segment; NameError when it is not there."""
        return MappedFile(self.view(name), name)

    def view(self, name: str) -> memoryview:
        """The bytes of a file in the segment, not copied."""
        start, length = self.range(name)
        return self._whole[start : start + length]

    def close(self) -> None:
        """Nothing to do: see above."""


class Known(FileStorage):
    """A folder of which one file is already in memory, as it was when its checksum was right."""

    def __init__(self, folder: Path, name: str, content: bytes) -> None:
        super().__init__(str(folder), readonly=True)
        self._known = {name: content}

    def open_file(self, name: str, **_options: Any) -> MappedFile:
        """The file in memory; KeyError for any other."""
        return MappedFile(memoryview(self._known[name]), name)
