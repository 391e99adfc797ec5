"""Calls of Slack's Web API, whose errors say who acts next."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from alerts.channel import Undelivered
from alerts.transport.http_post import Answer, post

# Errors of the Web API after which the same call can succeed later without anybody acting.
TRANSIENT: Final = frozenset(
    {"ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable",
     "request_timeout", "team_added_to_org"}
)  # fmt: skip
# Of these Slack says that a part of the call may have succeeded.
HALF_DONE: Final = frozenset({"internal_error", "fatal_error", "service_unavailable"})
WORD: Final = re.compile(r"[a-z0-9_]{1,60}")
# One or more scopes, as Slack lists them.
SCOPES: Final = re.compile(r"[a-z:.,_]{1,200}")
NOT_SLACK: Final = "not a Slack answer"
# Two hundred messages of a conversation, each as large as Slack takes one, are a quarter of it.
MOST_BYTES: Final = 16_000_000
FORM: Final = "application/x-www-form-urlencoded"
NEW_TOKEN: Final = "install the app again and export the token it shows"
NO_APP: Final = "the app was removed or its workspace closed: make and install it again"
NOT_HERE: Final = "set the id of a conversation that the app is in (invite it: /invite @havenwatch)"
ASK_ADMIN: Final = "ask an administrator of the workspace to allow it"
OUR_FAULT: Final = "a bug in havenwatch: report it, and drop the message"
# What to do about each word of Slack that trying again does not help; others are looked up.
REMEDIES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("invalid_auth", "not_authed", "token_revoked", "token_expired"), NEW_TOKEN),
    "not_allowed_token_type": "export the Bot User OAuth Token (xoxb-), buttons: the app's (xapp-)",
    **dict.fromkeys(("account_inactive", "org_login_required", "app_missing"), NO_APP),
    **dict.fromkeys(("channel_not_found", "not_in_channel", "channel_is_archived"), NOT_HERE),
    "is_archived": "unarchive the conversation, or set the id of another",
    "restricted_action": ASK_ADMIN,
    "restricted_action_read_only_channel": ASK_ADMIN,
    "restricted_action_thread_only_channel": ASK_ADMIN,
    "restricted_action_non_threadable_channel": ASK_ADMIN,
    "ekm_access_denied": ASK_ADMIN,
    "access_denied": ASK_ADMIN,
    "team_access_not_granted": ASK_ADMIN,
    "posting_to_general_channel_denied": ASK_ADMIN,
    "no_permission": NOT_HERE,
    "two_factor_setup_required": ASK_ADMIN,
    "accesslimited": ASK_ADMIN,
    "storage_limit_reached": "the workspace has no room for files: ask an administrator",
    "file_uploads_disabled": ASK_ADMIN,
    "message_not_found": "the message was deleted: nothing to do",
    "thread_not_found": "the message was deleted: nothing to do",
    "cant_update_message": "another app or user posted it: nothing to do",
    "not_enabled": "switch on the Home Tab of the app (App Home) and install it again",
    "messages_tab_disabled": "switch on the Messages Tab of the app (App Home)",
    "edit_window_closed": "the workspace allows no later edits: ask an administrator",
    **dict.fromkeys(
        ("invalid_blocks", "invalid_blocks_format", "msg_too_long", "msg_blocks_too_long",
         "no_text", "invalid_arguments", "metadata_too_large", "metadata_must_be_sent_from_app"),
        OUR_FAULT,
    ),
}  # fmt: skip


class Refused(Undelivered):
    """Slack answered with an error; `code` is its word."""

    def __init__(self, method: str, answer: Answer, found: Mapping[str, Any]):
        self.code = _code(found)
        status = answer.status
        broken = status >= 500 or (status < 400 and self.code == NOT_SLACK)
        super().__init__(
            f"{method} answered HTTP {status}{answer.through}, {_reason(self.code, found)}",
            permanent=not (broken or self.code in TRANSIENT or status in (408, 429)),
            retry_after_s=answer.retry_after_s,
            # Behind a broken answer the message may have been taken all the same.
            unsure=broken or self.code in HALF_DONE,
        )


@dataclass(frozen=True)
class Api:
    """Slack's Web API at the instant of a try, over the transport of every other receiver: Slack's
    own client follows redirects with the token, reads without bounds and logs what it got."""

    base_url: str
    token: str
    timeout_s: int
    at: datetime

    def call(self, method: str, asked: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Slack's answer to a method. Raises Refused, or Undelivered where none came."""
        return self.ask(method, asked or {})[0]

    def ask(self, method: str, asked: Mapping[str, Any]) -> tuple[dict[str, Any], Answer]:
        """The same, and what it came in."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": FORM}
        url = f"{self.base_url.rstrip('/')}/{method}"
        body = urlencode({name: _text(value) for name, value in asked.items()}).encode()
        answer = post(method, url, body, headers, self.timeout_s, self.at, MOST_BYTES)
        try:
            found = json.loads(answer.text)
        except (ValueError, RecursionError):  # no JSON, or nested without end
            found = None
        found = found if isinstance(found, dict) else {}
        if answer.status != 200 or found.get("ok") is not True:
            raise Refused(method, answer, found)
        return found, answer

    def upload(self, name: str, title: str, alt_text: str, content: bytes) -> dict[str, str]:
        """A file that Slack has taken and that is in no conversation yet: its id and title."""
        asked = {"filename": name, "length": len(content), "alt_txt": alt_text}
        place = self.call("files.getUploadURLExternal", asked)
        # The address is a secret of its own; no token goes there.
        headers = {"Content-Type": "application/octet-stream"}
        url = str(place.get("upload_url"))
        answer = post("the upload", url, content, headers, self.timeout_s, self.at)
        if not answer.is_taken:
            raise Refused("the upload", answer, {})
        return {"id": str(place.get("file_id")), "title": title}


def text_in(found: Mapping[str, Any], name: str, method: str) -> str:
    """A text in the answer to a method. Raises Undelivered where there is none: what was asked for
    may be done all the same."""
    value = found.get(name)
    if isinstance(value, str) and value:
        return value
    raise Undelivered(f"{method} answered without {name}", permanent=False, unsure=True)


def objects_in(found: Mapping[str, Any], name: str, method: str) -> list[dict[str, Any]]:
    """The objects in a list in the answer to a method. Raises Undelivered where there is none."""
    value = found.get(name)
    if isinstance(value, list) and all(isinstance(one, dict) for one in value):
        return value
    raise Undelivered(f"{method} answered without a list of {name}", permanent=False)


def object_in(found: Mapping[str, Any], name: str) -> dict[str, Any]:
    """An object in an answer, empty where there is none."""
    value = found.get(name)
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    """A value as Slack takes it in a form: a list or an object as JSON."""
    if isinstance(value, (dict, list, bool)):
        return json.dumps(value)
    return str(value)


def _reason(code: str, found: Mapping[str, Any]) -> str:
    """Slack's word for what is wrong, and what to do: the scope to add where one is missing."""
    if code != "missing_scope":
        return f"{code}: {REMEDIES[code]}" if code in REMEDIES else code
    needed = str(found.get("needed"))
    named = needed if SCOPES.fullmatch(needed) else "that its method needs"
    return f"{code}: give the app the scope {named} and install it again"


def _code(found: Mapping[str, Any]) -> str:
    """Slack's word for what is wrong. Nothing of an answer that is not Slack's is shown."""
    word = found.get("error")
    return word if isinstance(word, str) and WORD.fullmatch(word) else NOT_SLACK
