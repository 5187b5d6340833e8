"""Files that are made here, byte by byte: the smallest that are whole, and some that are not what they seem."""

import io
import struct
import zipfile
import zlib
from typing import Any

HTML = b"<html><script>alert(document.domain)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
EXE = b"MZ\x90\x00" + bytes(200)


def a_pdf(text: str = "Bewijs", extra: bytes = b"") -> bytes:
    """A PDF of one page that says something."""
    stream = f"BT /F1 24 Tf 72 720 Td ({text}) Tj ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R " + extra + b">>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    body, places = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 6\n0000000000 65535 f \n"
    tail = b"trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(body)
    return body + head + table + tail


def a_png(width: int = 2, height: int = 2, *, depth: int = 8, pixels: bytes | None = None) -> bytes:
    """A PNG that says it is so large, with the pixels of a grey one of 2 × 2."""
    head = struct.pack(">IIBBBBB", width, height, depth, 0, 0, 0, 0)
    data = zlib.compress(b"\0\x80\x80" * 2 if pixels is None else pixels)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def a_jpeg(width: int = 1, height: int = 1, *, comment: bytes = b"") -> bytes:
    """The segments of a JPEG that says it is so large; no browser is asked to draw it."""
    parts = [b"\xff\xd8", segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0"), segment(0xFE, comment) if comment else b""]
    parts += [segment(0xDB, bytes(65)), segment(0xC0, struct.pack(">BHHB", 8, height, width, 1) + b"\1\x11\0")]
    parts += [segment(0xDA, b"\1\1\0\0\x3f\0"), b"\x2a\xff\x00\x2a", b"\xff\xd9"]
    return b"".join(parts)


def segment(marker: int, data: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(data) + 2) + data


def a_zip(size: int = 1_000) -> bytes:
    """A ZIP that unpacks to so many zeros."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("0.txt", bytes(size))
    return made.getvalue()


def sent(content: bytes, called: str = "bewijs.pdf") -> tuple[Any, str]:
    """A file as the client of a test takes it."""
    return io.BytesIO(content), called
