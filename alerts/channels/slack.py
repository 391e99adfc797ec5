"""Slack with a bot token, through its Web API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any, ClassVar, Final

from annotated_types import Interval

from alerts.channel import Reached, Sent, Undelivered
from alerts.message.forms import Form
from alerts.message.message import Message
from alerts.slack.abilities import reached, shortcomings
from alerts.slack.blocks import (
    Block,
    escape,
    slack_blocks,
    slack_details,
    slack_head,
)
from alerts.slack.buttons import slack_buttons
from alerts.slack.calls import Api, Refused
from alerts.slack.chart_files import file_names, newest_chart, own_charts
from alerts.slack.lookup import NO_SUCH_THREAD, Lookup, Posted, metadata_of, stamp_in
from alerts.transport.outbound_call import WHOLE, OutboundCall

# The parts of a message that are tried again by themselves: its thread below the head, its charts
# there, and the charts in the head.
DETAILS: Final = "details"
CHARTS: Final = "charts"
SHOWN: Final = "shown"
SAID: Final = {
    DETAILS: "the details did not arrive",
    CHARTS: "the chart did not arrive",
    SHOWN: "the chart is in the thread only",
}
# What Slack says of a file that it has not looked through yet, as of one that it will never show;
# it takes seconds. After so long the chart stays in the thread alone.
NOT_YET: Final = "invalid_blocks"
LOOKED_THROUGH_S: Final = 1800.0


@dataclass(frozen=True, kw_only=True)
class Slack:
    """Posts to one conversation. `conversation` is its id (C0123ABCD), which survives renaming.

    One message an alert: what became of it is said in the thread of the first message, which is
    changed to show how the alert stands, and its chart as soon as Slack has that. A `short` message
    is read at a glance and has the rest in its thread; a `full` one has it all itself. With an app
    token (xapp-) in `app_token_env`, messages about an open alert have buttons, which are answered
    without a public address.
    """

    channel_type: ClassVar[str] = "slack"

    enabled: bool = True
    conversation: str
    token_env: str = "HAVENWATCH_SLACK_TOKEN"
    app_token_env: str = ""
    message: Form = "short"
    template: str = ""
    base_url: str = "https://slack.com/api/"
    timeout_s: Annotated[int, Interval(ge=1, le=120)] = 15

    @property
    def secret_names(self) -> tuple[str, ...]:
        """The bot token: scopes chat:write, channels:history (groups:history in a private
        conversation) and files:write. The app token, where there are buttons: connections:write."""
        return (self.token_env, self.app_token_env) if self.app_token_env else (self.token_env,)

    @property
    def place(self) -> str:
        """The conversation, which can be asked what is in it."""
        return self.conversation

    def send(
        self, message: Message, secrets: Mapping[str, str], at: datetime, *, again: bool
    ) -> Sent:
        """The message's timestamp, which is its id in the conversation.

        The page's key travels as message metadata: where an earlier try may have arrived, the
        conversation is asked for it first, wherever that try went. A chart that Slack does not take
        holds up no words: it is remarked on, and where trying again can help it is `missing`. All
        its calls together end with one call.
        """
        with OutboundCall(WHOLE * self.timeout_s):
            return self._send(self._api(secrets[self.token_env], at), message, again=again)

    def _send(self, api: Api, message: Message, *, again: bool) -> Sent:
        look = Lookup(api)
        if message.origin.parts:
            posted = look.message(message, self.conversation)
            if posted is None:
                return Sent("", "the rest did not arrive: its message is gone")
            return self._send_rest(api, look, message, posted, again=True)
        try:
            posted = self._earlier(look, message, again=again) or self._post(api, message)
        except Refused as error:
            if message.thread is None or error.code not in NO_SUCH_THREAD:
                raise
            # The first message was deleted, or went to another conversation.
            return self._send(api, replace(message, thread=None), again=again)
        is_later = message.thread is not None and message.thread.is_own
        head = self._update_head(api, look, message) if is_later else ""
        rest = self._send_rest(api, look, message, posted, again=again)
        return replace(rest, remark="; ".join(filter(None, (head, rest.remark))))

    def reach(self, secrets: Mapping[str, str], at: datetime) -> Reached:
        """That Slack takes the token, and the conversation is one that the app is in."""
        with OutboundCall(WHOLE * self.timeout_s):
            return reached(*self._apis(secrets, at), self.conversation)

    def shortcomings(self, secrets: Mapping[str, str], at: datetime) -> tuple[str, ...]:
        """What it cannot do although it can send: one sentence each, with Slack's reason."""
        return shortcomings(*self._apis(secrets, at), self.conversation)

    def _apis(self, secrets: Mapping[str, str], at: datetime) -> tuple[Api, Api | None]:
        """Slack's API with the bot's token, and with the app's where there is one."""
        app = self._api(secrets[self.app_token_env], at) if self.app_token_env else None
        return self._api(secrets[self.token_env], at), app

    def _api(self, token: str, at: datetime) -> Api:
        return Api(self.base_url, token, self.timeout_s, at)

    def _content(self, message: Message, charts: Sequence[Block] = ()) -> dict[str, Any]:
        last = slack_buttons(message.current) if self.app_token_env else []
        blocks = slack_head if self._is_short(message) else slack_blocks
        return {"text": escape(message.subject), "blocks": blocks(message, last, charts)}

    def _is_short(self, message: Message) -> bool:
        """Whether it is a head, with the rest in its thread: of an alert, or of what has lines to
        read at a glance, where that is wanted."""
        return self.message == "short" and (message.about is not None or bool(message.brief))

    def _news(self, message: Message) -> dict[str, Any]:
        """What a reply says: the message above it has the rest, and the buttons."""
        return {"text": escape(message.subject), "blocks": slack_blocks(message.news())}

    def _earlier(self, look: Lookup, message: Message, *, again: bool) -> Posted | None:
        """The message where an earlier try put it, or None. That the database may be an older copy
        is no reason to hold a message back: where Slack cannot be asked, it is posted."""
        if not again and not message.origin.may_be_there:
            return None
        try:
            return look.message(message, self.conversation)
        except Undelivered:
            if again:
                raise
            return None

    def _post(self, api: Api, message: Message) -> Posted:
        continues = message.thread is not None and message.thread.is_own
        content = self._news(message) if continues else self._content(message)
        asked = _asked(self.conversation, content, message)
        if message.thread is not None:
            asked["thread_ts"] = message.thread.receipt
            asked |= {"reply_broadcast": True} if message.loud else {}
        ts = stamp_in(api.call("chat.postMessage", asked), "chat.postMessage")
        return Posted(
            self.conversation, ts, "" if message.thread is None else message.thread.receipt
        )

    def _update_head(self, api: Api, look: Lookup, message: Message) -> str:
        """Make the alert's first message show how it stands now, which a late page is not, with the
        newest chart that is there; a repeat changes nothing. Returns why it never will, or empty.
        Without metadata it keeps its own."""
        assert message.thread is not None
        head = Posted(self.conversation, message.thread.receipt)
        try:
            shown = self._chart_there(look, message, head)
            try:
                self._show(api, message, head, shown)
            except Refused as error:
                if not shown or error.code != NOT_YET:
                    raise
                self._show(api, message, head, ())
        except Undelivered as error:
            if error.permanent:
                return f"the first message was not changed: {error.problem}"
            # The page itself has arrived by now, which the next try finds out by its key.
            raise Undelivered(
                error.problem, permanent=False, retry_after_s=error.retry_after_s, unsure=True
            ) from None
        return ""

    def _show(self, api: Api, message: Message, head: Posted, charts: Sequence[Block]) -> None:
        """Change the first message of an alert, or a digest, to what it is now, with charts."""
        content = self._content(message.current, charts)
        api.call("chat.update", {"channel": head.conversation, "ts": head.ts, **content})

    def _chart_there(self, look: Lookup, message: Message, head: Posted) -> list[Block]:
        """The newest of the alert's charts in its thread; none where nobody may look."""
        try:
            return newest_chart(message, look.files(head))
        except Undelivered as error:
            if error.permanent:
                return []
            raise

    def _send_rest(
        self, api: Api, look: Lookup, message: Message, posted: Posted, *, again: bool
    ) -> Sent:
        """The message's receipt, once what belongs below it is in its thread, each once; what went
        wrong, and what of it is worth another try."""
        wanted = message.origin.parts or (DETAILS, CHARTS, SHOWN)
        shares = {
            DETAILS: self._share_details,
            CHARTS: self._share_charts,
            SHOWN: self._show_charts,
        }
        found, arrived = Sent(posted.ts), True
        for part, share in shares.items():
            if part not in wanted or (part == SHOWN and not arrived):
                continue
            try:
                share(api, look, message, posted, again=again)
            except Undelivered as error:
                remark = "; ".join(filter(None, (found.remark, f"{SAID[part]}: {error.problem}")))
                missing = found.missing if error.permanent else (*found.missing, part)
                found = replace(found, remark=remark, missing=missing)
                arrived = arrived and part != CHARTS
        if CHARTS in found.missing:
            found = replace(found, missing=(*found.missing, SHOWN))
        return found

    def _share_details(
        self, api: Api, look: Lookup, message: Message, posted: Posted, *, again: bool
    ) -> None:
        """Post below a head what it leaves out, once."""
        blocks = slack_details(message) if self._is_short(message) else []
        if not blocks or message.thread is not None:
            return
        details = replace(message, key=f"{message.key}/{DETAILS}")
        if again and look.has_reply(posted, details):
            return
        content = {"text": escape(message.subject), "blocks": blocks}
        asked = _asked(posted.conversation, content, details)
        api.call("chat.postMessage", {**asked, "thread_ts": posted.root})

    def _share_charts(
        self, api: Api, look: Lookup, message: Message, posted: Posted, *, again: bool
    ) -> None:
        """Put its charts into its thread, each once."""
        if not message.images:
            return
        there = look.files(posted) if again else {}
        for name, image in zip(file_names(message), message.images, strict=True):
            if name not in there:
                file = api.upload(name, image.heading, image.described, image.png)
                where = {"channel_id": posted.conversation, "thread_ts": posted.root}
                api.call("files.completeUploadExternal", {"files": [file], **where})
                there[name] = file["id"]
        look.uploaded = there

    def _show_charts(
        self, api: Api, look: Lookup, message: Message, posted: Posted, *, again: bool
    ) -> None:
        """Put its charts into its head, where that is a message of the conversation itself. A file
        is refused until Slack has looked through it, which is tried again for a while."""
        if not message.images or (message.thread is not None and not message.thread.is_own):
            return
        charts = own_charts(message, look.uploaded or look.files(posted))
        if not charts:
            return
        try:
            self._show(api, message, Posted(posted.conversation, posted.root), charts)
        except Refused as error:
            if error.code != NOT_YET:
                raise
            waits = api.at.timestamp() - float(posted.ts) < LOOKED_THROUGH_S
            problem = "Slack has not looked through it yet" if waits else "Slack does not show it"
            raise Undelivered(problem, permanent=not waits) from None


def _asked(conversation: str, content: Mapping[str, Any], message: Message) -> dict[str, Any]:
    """What Slack is asked to post, with what the message is known again by."""
    return {
        "channel": conversation,
        **content,
        "metadata": metadata_of(message),
        "unfurl_links": False,
        "unfurl_media": False,
    }
