"""A conversation of the Slack stand-in as a page that looks like Slack, to be looked at."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from alerts.slack.blocks import MARKS

SlackMessage = Mapping[str, Any]

STYLE: Final = """
body { margin: 0; background: #fff; color: #1d1c1d; display: flex; align-items: flex-start;
  font: 15px/1.47 "Lato", "Noto Sans", "DejaVu Sans", sans-serif; }
.pane { flex: 1 0 min(560px, 100vw); } .thread { width: 440px; border-left: 1px solid #ddd; }
.bar { font-weight: 900; font-size: 17px; padding: 12px 20px; border-bottom: 1px solid #ddd; }
.message { display: flex; gap: 10px; padding: 10px 20px; }
.avatar { flex: none; width: 36px; height: 36px; border-radius: 6px; background: #17324d;
  color: #fff; font-weight: 900; display: grid; place-items: center; }
.body { min-width: 0; flex: 1; max-width: 600px; }
.who { font-weight: 900; } .app { font-size: 10px; background: #e8e8e8; color: #616061;
  border-radius: 2px; padding: 1px 3px; margin: 0 4px; vertical-align: 2px; }
.at { color: #616061; font-size: 12px; }
.header { font-weight: 900; font-size: 18px; line-height: 1.33; margin: 8px 0; }
.section { margin: 8px 0; } .context { color: #616061; font-size: 13px; margin: 6px 0; }
.fields { display: grid; grid-template-columns: 1fr 1fr; gap: 8px; }
pre { background: #f8f8f8; border: 1px solid #ddd; border-radius: 4px; padding: 8px; margin: 4px 0;
  font: 12px/1.5 "DejaVu Sans Mono", monospace; white-space: pre-wrap; }
code { background: #f8f8f8; border: 1px solid #ddd; border-radius: 3px; padding: 1px 3px;
  font: 12px "DejaVu Sans Mono", monospace; color: #c01343; }
.button { display: inline-block; border: 1px solid #bbb; border-radius: 4px; padding: 3px 12px;
  margin: 4px 8px 4px 0; font-weight: 700; font-size: 13px; }
.primary { background: #007a5a; border-color: #007a5a; color: #fff; }
.danger { background: #e01e5a; border-color: #e01e5a; color: #fff; }
.replies { color: #1264a3; font-weight: 700; font-size: 13px; }
.file { font-size: 13px; color: #616061; margin: 4px 0; }
img { max-width: min(360px, 100%); box-sizing: border-box; display: block;
  border: 1px solid #ddd; border-radius: 8px; }
.dot { display: inline-block; width: 16px; height: 16px; border-radius: 50%; vertical-align: -2px; }
hr { border: 0; border-top: 1px solid #ddd; }
@media (prefers-color-scheme: dark) {
  body { background: #1a1d21; color: #d1d2d3; } .at, .context, .file { color: #ababad; }
  .thread, .bar, pre, code, img, hr { border-color: #3a3d42; } pre, code { background: #222529; }
  .app { background: #3a3d42; color: #ababad; } code { color: #e8912d; }
  .button { border-color: #797c81; } .primary { border-color: #007a5a; }
  .danger { border-color: #e01e5a; } .replies { color: #1d9bd1; }
}
"""


# Slack draws emoji of its own; a machine may have none.
DOTS: Final = {
    MARKS["critical"]: "#dd2e44",
    MARKS["warning"]: "#f4900c",
    MARKS["notice"]: "#55acee",
    MARKS["resolved"]: "#78b159",
}


def slack_page(
    messages: Sequence[SlackMessage], pngs: Mapping[str, bytes], at: datetime, conversation: str
) -> str:
    """The first message and its thread beside it; `pngs` are the files by their id, `at` when all
    of it was sent in the reader's time."""
    head = next(one for one in messages if not one.get("thread_ts"))
    replies = [one for one in messages if one is not head and one["thread_ts"] == head["ts"]]
    counted = f"{len(replies)} {'reply' if len(replies) == 1 else 'replies'}"
    below = f'<div class="replies">{counted}</div>' if replies else ""
    shown = "".join(_message(one, pngs, at, "") for one in replies)
    thread = f'<div class="thread"><div class="bar">Thread</div>{shown}</div>' if replies else ""
    return (
        f'<!doctype html><meta charset="utf-8"><title>Slack</title><style>{STYLE}</style>'
        f'<div class="pane"><div class="bar"># {html.escape(conversation)}</div>'
        f"{_message(head, pngs, at, below)}</div>{thread}"
    )


def _message(message: SlackMessage, pngs: Mapping[str, bytes], at: datetime, below: str) -> str:
    blocks = "".join(_block(one, pngs) for one in message.get("blocks") or ())
    files = "".join(_file(one, pngs) for one in message.get("files") or ())
    return (
        '<div class="message"><div class="avatar">h</div><div class="body">'
        f'<span class="who">havenwatch</span><span class="app">APP</span>'
        f'<span class="at">{at:%H:%M}</span>{blocks}{files}{below}</div></div>'
    )


def _block(block: Mapping[str, Any], pngs: Mapping[str, bytes]) -> str:
    """A block as Slack draws it; one that this does not know is an error, not a gap."""
    kind = block["type"]
    if kind == "divider":
        return "<hr>"
    if kind == "image":
        data = base64.b64encode(pngs[block["slack_file"]["id"]]).decode()
        words = html.escape(block["alt_text"])
        return f'<img src="data:image/png;base64,{data}" alt="{words}">'
    if kind == "header":
        return f'<div class="header">{_dotted(html.escape(block["text"]["text"]))}</div>'
    if kind == "context":
        shown = " ".join(_text(one) for one in block["elements"])
        return f'<div class="context">{shown}</div>'
    if kind == "actions":
        return f'<div class="section">{"".join(_button(one) for one in block["elements"])}</div>'
    if kind == "section":
        text = _text(block["text"]) if "text" in block else ""
        cells = "".join(f"<div>{_text(one)}</div>" for one in block.get("fields", ()))
        return f'<div class="section">{text}<div class="fields">{cells}</div></div>'
    raise ValueError(f"cannot draw a block of type {kind!r}")


def _dotted(text: str) -> str:
    for mark, colour in DOTS.items():
        text = text.replace(mark, f'<span class="dot" style="background: {colour}"></span>')
    return text


def _button(element: Mapping[str, Any]) -> str:
    words = element.get("text") or element.get("placeholder") or {"text": "…"}
    return f'<span class="button {element.get("style", "")}">{html.escape(words["text"])}</span>'


def _text(text: Mapping[str, Any]) -> str:
    """Slack's own markup as HTML; what is not markup is escaped in it already."""
    if text["type"] == "plain_text":
        return html.escape(text["text"])
    parts = re.split(r"```\n?(.*?)\n?```", text["text"], flags=re.DOTALL)
    return "".join(f"<pre>{part}</pre>" if n % 2 else _inline(part) for n, part in enumerate(parts))


def _inline(text: str) -> str:
    text = re.sub(r"`([^`\n]+)`", r"<code>\1</code>", text.strip("\n"))
    text = re.sub(r"(?<!\w)\*([^*\n]+)\*(?!\w)", r"<b>\1</b>", text)
    return _dotted(text.replace("\n", "<br>"))


def _file(file: Mapping[str, Any], pngs: Mapping[str, bytes]) -> str:
    source = base64.b64encode(pngs[file["id"]]).decode()
    title = html.escape(file["title"])
    return f'<div class="file">{title}</div><img src="data:image/png;base64,{source}" alt="">'
