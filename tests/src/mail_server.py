"""The mail server of the stories: it takes mail as its folder says, and writes what it took beside it.

    python mail_server.py FOLDER PORT [CERTIFICATE KEY]

`FOLDER/answer`, where it is there, is what it says to a recipient instead of taking the mail.
"""

import asyncio
import email
import email.policy
import json
import pathlib
import ssl
import sys

from aiosmtpd.smtp import SMTP

folder, port, *encrypted = sys.argv[1:]
folder = pathlib.Path(folder)


class Taker:
    """Takes mail."""

    taken = len(list(folder.glob("*.json")))

    async def handle_RCPT(self, server, session, envelope, address, options):
        answer = folder / "answer"
        if answer.exists():
            (folder / "asked").write_text(address)
            return answer.read_text()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        taken = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "is_encrypted": session.ssl is not None,
            "headers": [[name, str(value)] for name, value in mail.items()],
            "text": mail.get_content(),
        }
        Taker.taken += 1
        unfinished = folder / "unfinished"
        unfinished.write_text(json.dumps(taken))
        unfinished.rename(folder / f"{Taker.taken:06}.json")
        return "250 taken"


async def serve():
    context = None
    if encrypted:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*encrypted)
    loop = asyncio.get_running_loop()
    make = lambda: SMTP(Taker(), hostname="localhost", tls_context=context, require_starttls=context is not None)
    server = await loop.create_server(make, "127.0.0.1", int(port))
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(serve())
