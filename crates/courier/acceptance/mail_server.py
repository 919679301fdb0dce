"""A real mail server for the tests: aiosmtpd with STARTTLS and a login, on a free port.

It writes each message that it takes into the folder that the first argument names, as 1.eml, 2.eml, ..., with what its
envelope says before it, and its certificate authority as ca.pem. Some recipients are refused, by the name before the @:
`never` with 550, `later` with 451 the first time. It says `ready PORT` when it listens.
"""

import asyncio
import ssl
import sys
from pathlib import Path

import trustme
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

USER, PASSWORD = b"lens@example.com", b"four words made up"


class Handler:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.taken = 0
        self.delayed = set()

    async def handle_RCPT(self, server, session, envelope, address, options):
        name = address.split("@")[0]
        if name == "never":
            return "550 5.1.1 The words of a stranger: no such mailbox"
        if name == "later" and address not in self.delayed:
            self.delayed.add(address)
            return "451 4.7.1 The words of a stranger: try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.taken += 1
        head = f"X-Envelope: {envelope.mail_from} {' '.join(envelope.rcpt_tos)} tls={session.ssl is not None}\r\n"
        part = self.folder / f"{self.taken}.part"
        part.write_bytes(head.encode() + envelope.content)
        part.rename(self.folder / f"{self.taken}.eml")
        return "250 OK"


def authenticate(server, session, envelope, mechanism, data):
    fits = isinstance(data, LoginPassword) and (data.login, data.password) == (USER, PASSWORD)
    return AuthResult(success=fits, handled=False)


async def main() -> None:
    folder = Path(sys.argv[1])
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)
    handler = Handler(folder)

    def connection() -> SMTP:
        return SMTP(
            handler,
            hostname="mail.example.com",
            tls_context=context,
            require_starttls=True,
            auth_required=True,
            authenticator=authenticate,
        )

    server = await asyncio.get_running_loop().create_server(connection, "127.0.0.1", 0)
    print(f"ready {server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
