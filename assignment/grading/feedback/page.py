"""A page is the feedback of one student as HTML that needs nothing else. All text in it is escaped."""
from html import escape

STYLE = """
body { font: 16px/1.55 system-ui, "Apple SD Gothic Neo", "Malgun Gothic", "Noto Sans KR", "NanumGothic", sans-serif;
       max-width: 54rem; margin: 2rem auto; padding: 0 1rem; color: #1c2430; background: #fff; }
h1 { font-size: 1.5rem; margin-bottom: .2rem; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
table { border-collapse: collapse; width: 100%; } td, th { padding: .35rem .6rem; border-bottom: 1px solid #dde3ea;
       text-align: left; vertical-align: top; } .points { text-align: right; white-space: nowrap; width: 5rem;
       font-variant-numeric: tabular-nums; }
.missed { background: #fdf3e7; }
.mistake { margin: .5rem 0 .8rem; border-left: 4px solid #d9822b; padding: .1rem .8rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem .9rem; margin: .3rem 0; }
dt { color: #5a6675; } dd { margin: 0; overflow-wrap: anywhere; }
code { font-family: ui-monospace, Consolas, monospace; font-size: .92em; }
.note { color: #5a6675; font-size: .92rem; } img { max-width: 100%; }
@media (max-width: 36rem) { dl { grid-template-columns: 1fr; } dt { margin-top: .4rem; } }
"""


def document(title, language, body):
    """A whole HTML document; `body` is HTML."""
    return (f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
            f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{escape(title)}</title>\n'
            f"<style>{STYLE}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n")


def page(one):
    """The HTML of Contents."""
    said = one.phrases
    who = f"{one.number} {one.name}".strip()
    parts = [f"<h1>{escape(said['title'])}</h1>", f"<p>{escape(who)}</p>",
             f"<p><strong>{escape(said['total'])}: {one.reached}</strong></p>",
             f"<p class=\"note\">{escape(said['hand'])} {escape(said['how'])}</p>"]
    parts += [_section(section, said) for section in one.sections] or [f"<p>{escape(said['nothing'])}</p>"]
    return document(f"{said['title']} {who}", one.language, "\n".join(parts))


def _section(section, said):
    whole = "".join(f"<p>{escape(said['whole'])}:</p>{_mistake(one)}" for one in section.whole)
    rows = [f'<tr><th>{escape(said["criterion"])}</th><th class="points">{escape(said["points"])}</th></tr>',
            *map(_row, section.rows)]
    return (f"<h2>{escape(said['problem'])} {section.number}. {escape(section.title)}: {section.reached} / "
            f"{section.points}</h2>\n{whole}<table>\n" + "\n".join(rows) + "\n</table>")


def _row(row):
    kind, reached = "missed" if row.mistakes else "reached", "–" if row.reached is None else row.reached
    return (f'<tr class="{kind}"><td>{with_code(row.criterion)}{"".join(map(_mistake, row.mistakes))}</td>'
            f'<td class="points">{reached} / {row.points}</td></tr>')


def _mistake(one):
    pairs = "".join(f"<dt>{escape(name)}</dt><dd>{with_code(text)}</dd>" for name, text in one.seen)
    return f'<div class="mistake"><strong>−{one.lost}</strong><dl>{pairs}</dl></div>'


def with_code(text):
    """Escaped text, in which what stands between backquotes is code."""
    pieces = escape(text).split("`")
    if len(pieces) % 2 == 0:
        return escape(text)
    return "".join(f"<code>{piece}</code>" if k % 2 else piece for k, piece in enumerate(pieces))
