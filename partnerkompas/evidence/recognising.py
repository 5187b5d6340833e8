"""What a file is, by its content alone: PDF, PNG or JPEG, whole and nothing else (SEC-09). Pure.

Nothing is ever decoded or unpacked here, so a file cannot swell in our memory. A picture says in its head how large it
is; one that would swell in the viewer of a curator is refused by that. Scripts in a PDF are looked for in what is not
packed, which is a help and no proof: files go out as attachments, under a policy that lets nothing run.
"""

import re
import struct
import zlib

from partnerkompas.infra.language import _

PDF, PNG, JPEG = "application/pdf", "image/png", "image/jpeg"
EXTENSIONS = {PDF: (".pdf",), PNG: (".png",), JPEG: (".jpg", ".jpeg")}

LONGEST_SIDE = 30_000
MOST_PIXELS = 100_000_000
"""A scan of A3 at 600 dpi has 70 million."""

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END_OF_ZIP = b"PK\x05\x06"
_LONGEST_END_OF_ZIP = 22 + 65_535
"""What looks like a ZIP from behind has this mark so close to its end."""
_PDF_HEAD = re.compile(rb"%PDF-[12]\.\d\s")
_PDF_ACTS = re.compile(rb"/(JavaScript|Launch|EmbeddedFiles?)\b")
_PDF_SIGN = re.compile(rb"#([0-9A-Fa-f]{2})")
"""In a name of a PDF any sign may be written so: /J#61vaScript is /JavaScript (ISO 32000-1, 7.3.5)."""
_PNG_HEAD = b"\x89PNG\r\n\x1a\n"
_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
"""Which bit depths each colour type of a PNG may have."""
_JPEG_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
"""Markers of a JPEG that tell how large it is."""
_JPEG_BARE = {0x01, *range(0xD0, 0xD8)}
"""Markers that stand alone."""
_AFTER_PIXELS = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
"""The next marker after pixels, in which FF is followed by 00 or by a restart. More of FF may stand before it; a
pattern that takes those too would read a long row of them again from each."""
_NO_PADDING = re.compile(rb"[^\0]")
MOST_IMAGES = 8
"""In one JPEG: a telephone adds a preview, a map of depths and a few more; nobody needs thousands."""


class Refused(ValueError):
    """This file cannot be evidence; its text says why, and what can."""


def media_type_of(content: bytes) -> str:
    """The media type of a file; its name is never looked at. Raises Refused."""
    if not content:
        raise Refused(_("Dit bestand is leeg."))
    if content.startswith((_ZIP, _OLE)):
        raise Refused(_("Een zip of een bestand van Office kan hier niet. Sla het op als PDF en kies dat."))
    for head, kind, is_whole in ((b"%PDF-", PDF, _pdf), (_PNG_HEAD, PNG, _png), (b"\xff\xd8\xff", JPEG, _jpeg)):
        if content.startswith(head):
            if _END_OF_ZIP in content[-_LONGEST_END_OF_ZIP:] or not is_whole(content):
                raise Refused(_("Dit bestand is beschadigd of er zit iets anders in. Sla het opnieuw op en kies dat."))
            return kind
    raise Refused(_("Dit is geen PDF, PNG of JPEG. Alleen die kunnen hier; de inhoud telt, niet de naam."))


def _pdf(content: bytes) -> bool:
    plain = _PDF_SIGN.sub(lambda found: bytes.fromhex(found[1].decode()), content)
    if _PDF_ACTS.search(content) or _PDF_ACTS.search(plain):
        raise Refused(_("In deze PDF zit een script, opdracht of bestand. Druk het af naar een PDF en kies die."))
    body, mark, rest = content.rpartition(b"%%EOF")
    return bool(_PDF_HEAD.match(content) and mark and b"startxref" in body[-2048:] and not rest.strip(b" \t\r\n\0"))


def _png(content: bytes) -> bool:
    """Whole chunks with right sums from head to end, pixels among them, and nothing after."""
    at, kinds = len(_PNG_HEAD), list[bytes]()
    while at + 12 <= len(content):
        (length,) = struct.unpack_from(">I", content, at)
        kind, end = content[at + 4 : at + 8], at + 12 + length
        if end > len(content) or zlib.crc32(content[at + 4 : end - 4]) != struct.unpack_from(">I", content, end - 4)[0]:
            return False
        if not kinds and (kind != b"IHDR" or length != 13 or not _png_head(content[at + 8 : end - 4])):
            return False
        kinds.append(kind)
        at = end
        if kind == b"IEND":
            break
    return at == len(content) and kinds[-1:] == [b"IEND"] and b"IDAT" in kinds


def _png_head(head: bytes) -> bool:
    width, height, depth, colour, packing, filtering, lacing = struct.unpack(">IIBBBBB", head)
    return depth in _DEPTHS.get(colour, ()) and (packing, filtering) == (0, 0) and lacing < 2 and _fits(width, height)


def _jpeg(content: bytes) -> bool:
    """One image from head to end, or a few after each other, as telephones write them; nothing else."""
    at = 0
    for _image in range(MOST_IMAGES):
        end = _end_of_image(content, at + 2) if content.startswith(b"\xff\xd8\xff", at) else None
        if end is None:
            return False
        more = _NO_PADDING.search(content, end)
        if more is None:
            return True
        at = more.start()
    return False


def _end_of_image(content: bytes, at: int) -> int | None:
    """Where an image ends whose segments begin here; none when it has no size, no pixels or no end."""
    framed = drawn = False
    while at + 2 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xD9:
            return at + 2 if framed and drawn else None
        if marker == 0xFF or marker in _JPEG_BARE:
            at += 1 if marker == 0xFF else 2
            continue
        if at + 4 > len(content):
            return None
        (length,) = struct.unpack_from(">H", content, at + 2)
        if length < 2 or at + 2 + length > len(content):
            return None
        if marker in _JPEG_FRAMES and length >= 8:
            height, width = struct.unpack_from(">HH", content, at + 5)
            framed = _fits(width, height)
        drawn = drawn or marker == 0xDA
        at = _after_pixels(content, at + 2 + length) if marker == 0xDA else at + 2 + length
    return None


def _after_pixels(content: bytes, at: int) -> int:
    """Where the next marker stands after the pixels of a scan."""
    found = _AFTER_PIXELS.search(content, at)
    return found.start() if found else len(content)


def _fits(width: int, height: int) -> bool:
    if not width or not height:
        return False
    if max(width, height) > LONGEST_SIDE or width * height > MOST_PIXELS:
        raise Refused(_("Dit beeld is groter dan 100 miljoen beeldpunten. Maak het kleiner en kies het opnieuw."))
    return True
