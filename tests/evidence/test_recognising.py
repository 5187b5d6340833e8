"""What a file is, by its content; what it is called never matters (SEC-09)."""

import io

import pytest
from werkzeug.datastructures import FileStorage

from partnerkompas.evidence.recognising import JPEG, MOST_IMAGES, PDF, PNG, Refused, media_type_of
from partnerkompas.evidence.uploads import MOST_BYTES, name_for, read
from tests.evidence.made import EXE, HTML, SVG, a_jpeg, a_pdf, a_png, a_zip, chunk, segment


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (a_pdf(), PDF),
        (a_pdf() + b"\r\n\0\0", PDF),
        (a_png(), PNG),
        (a_png(10_000, 10_000), PNG),
        (a_jpeg(), JPEG),
        (a_jpeg() + a_jpeg(2, 2) + bytes(8), JPEG),
        (a_jpeg(9_000, 6_000, comment=b"met een opmerking"), JPEG),
        (a_jpeg()[:2] + b"\xff" + a_jpeg()[2:], JPEG),
    ],
    ids=range(8),
)
def test_what_is_allowed(content: bytes, kind: str) -> None:
    assert media_type_of(content) == kind


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "leeg"),
        (HTML, "geen PDF, PNG of JPEG"),
        (SVG, "geen PDF, PNG of JPEG"),
        (EXE, "geen PDF, PNG of JPEG"),
        (b"\n" + a_pdf(), "geen PDF, PNG of JPEG"),
        (HTML + a_pdf(), "geen PDF, PNG of JPEG"),
        (b"GIF89a" + bytes(50), "geen PDF, PNG of JPEG"),
        (a_zip(), "Sla het op als PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(50), "Sla het op als PDF"),
    ],
    ids=range(9),
)
def test_what_is_something_else(content: bytes, told: str) -> None:
    with pytest.raises(Refused, match=told):
        media_type_of(content)


DAMAGED = {
    "a PDF without its end": a_pdf()[:-7],
    "a PDF of no version": a_pdf().replace(b"%PDF-1.4\n", b"%PDF-<html>\n"),
    "a PDF without its table": a_pdf().replace(b"startxref", b"startxxxx"),
    "a PDF with something behind it": a_pdf() + HTML,
    "a PDF that is a ZIP too": a_pdf() + a_zip(),
    "a PDF with a ZIP inside": a_pdf(extra=a_zip()),
    "a PNG without its end": a_png()[:-12],
    "a PNG that was cut off": a_png()[:-20],
    "a PNG with something behind it": a_png() + HTML,
    "a PNG with a wrong sum": a_png()[:-1] + b"\0",
    "a PNG of no colour": a_png(depth=3),
    "a PNG without height": a_png(2, 0),
    "a PNG without pixels": a_png()[:33] + chunk(b"IEND", b""),
    "a PNG that begins with something else": a_png()[:8] + chunk(b"tEXt", HTML) + a_png()[8:],
    "only the head of a PNG": a_png()[:8],
    "only the head of a PNG and HTML": a_png()[:8] + HTML,
    "a JPEG without its end": a_jpeg()[:-2],
    "a JPEG with something behind it": a_jpeg() + HTML,
    "a JPEG with something behind it and an end": a_jpeg() + HTML + b"\xff\xd9",
    "a JPEG with something between two": a_jpeg() + HTML + a_jpeg(),
    "a JPEG without pixels": a_jpeg()[: a_jpeg().index(b"\xff\xda")] + b"\xff\xd9",
    "a JPEG without a frame": a_jpeg()[:2] + segment(0xDA, b"\1\1\0\0\x3f\0") + b"\xff\xd9",
    "a JPEG of nothing": b"\xff\xd8\xff\xd9",
    "a JPEG that tells too long a length": b"\xff\xd8\xff\xe0\xff\xff" + HTML,
    "a JPEG without width": a_jpeg(0, 5),
}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED)
def test_what_only_begins_like_it(content: bytes) -> None:
    with pytest.raises(Refused, match="beschadigd"):
        media_type_of(content)


ACTS = [
    b"/OpenAction << /S /JavaScript /JS (app.alert) >>",
    b"/OpenAction << /S /J#61vaScript /JS (app.alert) >>",
    b"/AA << /S /Launch /F (x) >>",
    b"/Names << /EmbeddedFiles 5 0 R >>",
]


@pytest.mark.parametrize("act", ACTS)
def test_a_pdf_that_does_things_or_holds_them(act: bytes) -> None:
    with pytest.raises(Refused, match="script, opdracht of bestand"):
        media_type_of(a_pdf(extra=act))


@pytest.mark.parametrize("content", [a_png(65_535, 65_535), a_png(40_000, 1), a_jpeg(20_000, 20_000)], ids=range(3))
def test_a_picture_that_would_swell(content: bytes) -> None:
    """A few hundred bytes that a viewer would make gigabytes of."""
    with pytest.raises(Refused, match="100 miljoen"):
        media_type_of(content)


def test_a_few_images_in_one_file_and_no_more() -> None:
    """Of thousands of them none is read after the eighth."""
    assert media_type_of((a_jpeg() + b"\0") * MOST_IMAGES) == JPEG
    for images in (MOST_IMAGES + 1, 5_000):
        with pytest.raises(Refused, match="beschadigd"):
            media_type_of((a_jpeg() + b"\0") * images)


PIXELS = b"\x2a\xff\x00\x2a"


@pytest.mark.parametrize(
    "pixels",
    [
        PIXELS + b"\xff\xff\xff",
        b"\xff\xff\x00" + PIXELS,
        PIXELS + b"\xff\xd0\xff\xff\xd7" + PIXELS,
        b"",
        b"\0" * 50 + b"\xff\x00\xff\x00",
        PIXELS + segment(0xFE, b"tussen twee delen") + segment(0xDA, b"\1\1\0\0\x3f\0") + PIXELS,
    ],
    ids=range(6),
)
def test_the_marker_after_the_pixels_is_found(pixels: bytes) -> None:
    assert media_type_of(a_jpeg().replace(PIXELS, pixels)) == JPEG


def test_bytes_that_could_all_be_a_marker_are_read_once() -> None:
    head = a_jpeg()[: a_jpeg().index(PIXELS)]
    filled = b"\xff" * (MOST_BYTES - len(head))
    for content in (head + filled, a_jpeg()[:2] + filled):
        with pytest.raises(Refused, match="beschadigd"):
            media_type_of(content)
    assert media_type_of(head + filled + b"\xd9") == JPEG


def test_ten_megabytes_and_no_more() -> None:
    assert read(FileStorage(io.BytesIO(of_size(MOST_BYTES)), "x.png")).media_type == PNG
    with pytest.raises(Refused, match="groter dan 10 MB"):
        read(FileStorage(io.BytesIO(of_size(MOST_BYTES + 1)), "x.png"))


def of_size(size: int) -> bytes:
    """A PNG of exactly so many bytes."""
    whole = a_png()
    return whole[:-12] + chunk(b"tEXt", bytes(size - len(whole) - 12)) + whole[-12:]


@pytest.mark.parametrize(
    ("given", "kind", "made"),
    [
        ("certificaat.pdf", PDF, "certificaat.pdf"),
        ("Foto.JPEG", JPEG, "Foto.JPEG"),
        ("factuur.exe", PDF, "factuur.pdf"),
        ("plaatje.pdf", PNG, "plaatje.png"),
        ("../../etc/passwd", PDF, "passwd.pdf"),
        ("C:\\Users\\x\\bewijs.pdf", PDF, "bewijs.pdf"),
        ("..", PDF, "bewijs.pdf"),
        ("/", PDF, "bewijs.pdf"),
        (".pdf", PDF, "pdf.pdf"),
        ('a"\r\nSet-Cookie: x=1\r\n.pdf', PDF, 'a" Set-Cookie: x=1.pdf'),
        ("a\0b.pdf", PDF, "a b.pdf"),
        ("gn\u202efdp.exe", PDF, "gn fdp.pdf"),
        ("é–ü.png", PNG, "é–ü.png"),
        ("x" * 300 + ".pdf", PDF, "x" * 96 + ".pdf"),
    ],
    ids=range(14),
)
def test_names(given: str, kind: str, made: str) -> None:
    assert name_for(given, kind) == made
