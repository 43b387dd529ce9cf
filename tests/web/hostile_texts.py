"""Texts by which a page could be made to run something, and what a page that is safe from them looks like."""

from html.parser import HTMLParser

#: One text of each kind known to have worked somewhere: elements, handlers, schemes, ways out, gaps of parsers.
CORPUS = (
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//x.example/a.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<script/x>alert(1)</script/x>",
    "<script\n>alert(1)</script\n>",
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "--><script>alert(1)</script>",
    "'\"><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<img src=x onerror="alert(1)"//',
    "<img/src=x/onerror=alert(1)>",
    "<img src=`x`onerror=alert(1)>",
    "<IMG SRC=javascript:alert(1)>",
    '<img src="jav&#x09;ascript:alert(1)">',
    "<image src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href=javascript:alert(1)>x</a></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x>",
    "<svg><foreignObject><iframe src=javascript:alert(1)>",
    "<svg><use href=data:image/svg+xml;base64,PHN2Zz4=#x></svg>",
    "<math href=javascript:alert(1)>x</math>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<math><annotation-xml><script>alert(1)</script>",
    "<math><maction actiontype=statusline xlink:href=javascript:alert(1)>x",
    "<body onload=alert(1)>",
    "<iframe src=javascript:alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<object data=javascript:alert(1)>",
    "<embed src=javascript:alert(1)>",
    "<a href=javascript:alert(1)>x</a>",
    '<a href="java\nscript:alert(1)">x</a>',
    "<a href=vbscript:msgbox(1)>x</a>",
    "<a href=data:text/html,<script>alert(1)</script>>x</a>",
    "<form action=javascript:alert(1)><input type=submit>",
    "<button formaction=javascript:alert(1)>x</button>",
    "<input autofocus onfocus=alert(1)>",
    "<select autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)>",
    "<marquee onstart=alert(1)>",
    "<meta http-equiv=refresh content=0;url=javascript:alert(1)>",
    "<base href=javascript:alert(1)//>",
    "<link rel=stylesheet href=//x.example/a.css>",
    "<style>@import '//x.example/a.css';</style>",
    "<div style=background:url(javascript:alert(1))>",
    "<p style=x:expression(alert(1))>",
    "<template><script>alert(1)</script>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    '<xmp><p title="</xmp><img src=x onerror=alert(1)>">',
    "[x](javascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "![x](javascript:alert(1))",
    '![" onerror=alert(1) x="](picture:12345678-1234-5678-1234-123456789abc)',
    "<javascript:alert(1)>",
    "$\\text{<img src=x onerror=alert(1)>}$",
    "$\\href{javascript:alert(1)}{x}$",
    "x~<b>~^<i>^",
    "{{7*7}}{% raw %}",
    '" onmouseover="alert(1)',
    "' autofocus onfocus='alert(1)",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
)
ALL = "\n\n".join(CORPUS)
LINE = " ".join(" ".join(CORPUS).split())

_FOREIGN = frozenset({
    "iframe", "object", "embed", "base", "style", "foreignobject", "animate", "marquee", "video", "audio", "template",
    "annotation-xml", "maction", "mglyph", "image", "xmp", "frame", "applet",
})  # fmt: skip
_ADDRESSES = frozenset({"href", "src", "action", "formaction", "data", "xlink:href", "srcdoc", "poster", "background"})


class Running(HTMLParser):
    """What on a page would run, load from elsewhere or take the page over."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at an element and its attributes."""
        given = dict(attrs)
        if tag in _FOREIGN or (
            tag == "script" and not (given.get("src") or "").startswith(("/static/", "/bootstrap/"))
        ):
            self.found.append(f"<{tag}>")
        if tag == "meta" and "http-equiv" in given:
            self.found.append("<meta http-equiv>")
        self.found += [f"{tag} {name}={value}" for name, value in attrs if _runs(name, value or "")]


def _runs(name: str, value: str) -> bool:
    plain = "".join(value.split()).lower()
    foreign = name in _ADDRESSES and plain.startswith(("javascript:", "vbscript:", "data:", "//", "http"))
    return name.startswith("on") or name in {"style", "srcdoc"} or foreign
