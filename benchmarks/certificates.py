"""What a printed certificate costs: ``python -m benchmarks.certificates``; ``--many 10000`` prints a batch as well.

Processor time, in the same run against the naive way to print the same page: WeasyPrint with the whole Noto Serif
SC declared twice, the guilloche as an SVG background, style sheets and fonts read anew for every certificate. The
package carries the whole regular face only; without ``--bold FILE`` it is declared for both weights, which costs the
same. Compare the ratios, not machines. The batch is printed by two processes and timed by the clock.
"""

import argparse
import io
import logging
import multiprocessing
import random
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import weasyprint
from PIL import Image, ImageDraw
from weasyprint.text.fonts import FontConfiguration

from kaoping.certificates import document_keys, render
from kaoping.certificates.document_keys import DocumentKey
from kaoping.certificates.ground import certificate_motifs
from kaoping.certificates.pades import DocumentSigner
from kaoping.certificates.photo import prepared
from kaoping.certificates.render import Imprint, certificate_pdf
from kaoping.certificates.stamping import PrintRun
from kaoping.certificates.statement import Award
from kaoping.certificates.strokes import Line, Motif
from kaoping.itembank import typefaces
from kaoping.itembank.printing import TEMPLATES

AT = datetime(2026, 11, 23, 4, tzinfo=UTC)
# As long as a credential with its proof.
CREDENTIAL = bytes(random.Random(1).choice(b'abcdefghijklmnop{}":,') for _ in range(2_200))
HOME = "http://127.0.0.1:8000"
TARGETS = {"accessible, signed": 4, "fast, signed": 60}
SURNAMES, GIVEN = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰"
OCCUPATIONS = ("标准化从业人员（示范）", "电工（示范）", "养老护理员（示范）", "工业机器人系统操作员（示范）")


@dataclass(frozen=True)
class Record:
    """One certificate of the batch."""

    award: Award
    number: str
    imprint: Imprint
    photo: bytes


def portrait(seed: int) -> bytes:
    """Draw nobody, as noisy as a photograph."""
    noise = random.Random(seed)
    picture = Image.frombytes("RGB", (295, 413), bytes(noise.choice(range(236, 256)) for _ in range(295 * 413 * 3)))
    pen = ImageDraw.Draw(picture)
    pen.ellipse((90, 80, 205, 235), fill=(230, 190, 165))
    pen.rectangle((50, 260, 245, 413), fill=(40, 40, 60))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=88)
    return prepared(out.getvalue())


def record(index: int, photos: list[bytes]) -> Record:
    said = random.Random(index)
    award = Award(
        name=said.choice(SURNAMES) + "".join(said.sample(GIVEN, 2)),
        id_type="居民身份证",
        id_number=f"000101199{said.randrange(10)}0101{said.randrange(10_000):04d}",
        occupation=said.choice(OCCUPATIONS),
        level=said.choice("54321"),
        issuer="考评示范职业技能评价中心",
        issued_on=date(2026, 11, 23),
        demonstration=True,
    )
    number = f"S00000000000026{award.level}{index % 1_000_000:06d}"
    query = f"{HOME}/v/{said.getrandbits(128):032x}"
    imprint = Imprint(query_url=query, verify_home=f"{HOME}/verify", serial=f"KP 2026 {index:08d}")
    return Record(award, number, imprint, said.choice(photos))


def drawing(motifs: list[Motif]) -> bytes:
    """Draw the ground as SVG: each motif once, its strokes as paths, and shown mirrored."""
    shapes, shown = [], []
    for index, motif in enumerate(motifs):
        shapes.append(f'<g id="m{index}" fill="none">{"".join(map(_path, motif.lines))}</g>')
        x, y = (round(value * 100) for value in motif.origin)
        shown += [
            f'<use href="#m{index}" transform="translate({x} {y}) scale({across} {down})"/>'
            for across, down in motif.mirrors
        ]
    box = 'width="210mm" height="297mm" viewBox="0 0 21000 29700"'
    defined, drawn = "".join(shapes), "".join(shown)
    return f'<svg xmlns="http://www.w3.org/2000/svg" {box}><defs>{defined}</defs>{drawn}</svg>'.encode()


def _path(line: Line) -> str:
    curve = "".join("C{} {} {} {} {} {}".format(*one) for one in line.pieces)
    drawn = f'd="M{line.start[0]} {line.start[1]}{curve}"'
    return f'<path {drawn} stroke="#{bytes(line.ink).hex()}" stroke-width="{line.width}"/>'


class Naive:
    """Prints as one would at first: nothing is kept from one certificate to the next."""

    def __init__(self, bold: Path) -> None:
        self.faces = {typefaces.REGULAR: typefaces.file(typefaces.REGULAR), typefaces.BOLD: bold}
        self.grounds = {level: drawing(certificate_motifs(level)) for level in "54321"}

    def __call__(self, one: Record) -> bytes:
        pictures = render.pictures(one.award, one.number, imprint=one.imprint, photo=one.photo, signed=False)
        pictures["ground"] = self.grounds[one.award.level]

        class Fetcher(weasyprint.urls.URLFetcher):  # type: ignore[misc, name-defined]
            def fetch(self, url: str, headers: object = None) -> Any:
                name = url.removeprefix("kp:")
                if name == url:
                    return super().fetch(url, headers)
                return weasyprint.urls.URLFetcherResponse(url, pictures[name])

        css = "".join(
            f'@font-face{{font-family:"{typefaces.FAMILIES[weight]}";src:url("{path.resolve().as_uri()}")}}'
            for weight, path in self.faces.items()
        )
        css += "".join((TEMPLATES / name).read_text(encoding="utf-8") for name in render.STYLESHEETS)
        css += "@page{background:url(kp:ground) 0 0/210mm 297mm no-repeat}"
        html = render._html(one.award, one.number, imprint=one.imprint, photo=True, english=False)  # noqa: SLF001
        fonts, fetcher = FontConfiguration(), Fetcher()
        sheet = weasyprint.CSS(string=css, font_config=fonts, url_fetcher=fetcher)
        page = weasyprint.HTML(string=html, base_url="kp:", url_fetcher=fetcher)
        return bytes(page.write_pdf(stylesheets=[sheet], font_config=fonts))


def timed(name: str, make: Callable[[Record], bytes], records: list[Record]) -> float:
    """Print the first once to be warm, then all; give the median processor time."""
    make(records[0])
    times, sizes = [], []
    for one in records:
        began = time.process_time()
        sizes.append(len(make(one)))
        times.append(time.process_time() - began)
    middle = statistics.median(times)
    print(
        f"{name:20s} median {middle * 1000:8.2f} ms   least {min(times) * 1000:8.2f} ms   "
        f"median {statistics.median(sizes) / 1000:6.1f} kB   largest {max(sizes) / 1000:6.1f} kB"
    )
    return middle


def accessible(signer: DocumentSigner | None) -> Callable[[Record], bytes]:
    def printed(one: Record) -> bytes:
        credential = CREDENTIAL if signer else None
        return certificate_pdf(
            one.award, one.number, imprint=one.imprint, photo=one.photo, credential=credential, signer=signer, at=AT
        )

    return printed


def fast(run: PrintRun) -> Callable[[Record], bytes]:
    return lambda one: run.certificate(one.award, one.number, imprint=one.imprint, photo=one.photo, at=AT)


def compare(bold: Path, count: int, key: DocumentKey) -> None:
    photos = [portrait(seed) for seed in range(4)]
    records = [record(index, photos) for index in range(count)]
    naive = timed("naive", Naive(bold), records)
    ways = {
        "accessible": accessible(None),
        "accessible, signed": accessible(DocumentSigner(key)),
        "fast": fast(PrintRun()),
        "fast, signed": fast(PrintRun(key)),
    }
    for name, make in ways.items():
        for one in records:
            make(one)  # sets the pages, which a batch does once
        times = naive / timed(name, make, records * (10 if "fast" in name else 1))
        target = f" (to reach: {TARGETS[name]})" if name in TARGETS else ""
        print(f"{'':20s} {times:6.1f} times as fast as naive{target}")


def _share(first: int, count: int, key: Path) -> tuple[float, int, int]:
    """Print a share of the batch; give its processor time, bytes and how many went to the accessible path."""
    began, written = time.process_time(), 0
    run, photos = PrintRun(document_keys.demonstration(key)), [portrait(seed) for seed in range(4)]
    make = fast(run)
    for index in range(first, first + count):
        written += len(make(record(index, photos)))
    return time.process_time() - began, written, run.handed_over.total()


def batch(count: int, key: Path, processes: int = 2) -> None:
    share, began = count // processes, time.perf_counter()
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        shares = pool.starmap(_share, [(share * place, share, key) for place in range(processes)])
    wall = time.perf_counter() - began
    work, written, handed = (sum(values) for values in zip(*shares, strict=True))
    print(f"{share * processes} certificates, {processes} processes: {wall:.1f} s by the clock, start included")
    print(f"{work:.1f} s of processor time, {written / 1e6:.0f} MB, {handed} by the accessible path")


def main() -> None:
    parser = argparse.ArgumentParser(description="Time the printing of certificates.")
    parser.add_argument("--bold", type=Path, default=typefaces.file(typefaces.REGULAR), help="whole Noto Serif SC Bold")
    parser.add_argument("--count", type=int, default=10)
    parser.add_argument("--many", type=int, default=0, help="print a batch of so many by the fast path as well")
    asked = parser.parse_args()
    for name in ("weasyprint", "fontTools"):
        logging.getLogger(name).setLevel(logging.ERROR)
    with TemporaryDirectory() as folder:
        key = Path(folder) / "demonstration.p12"
        compare(asked.bold, asked.count, document_keys.demonstration(key))
        if asked.many:
            batch(asked.many, key)


if __name__ == "__main__":
    main()
