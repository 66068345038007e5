"""Python's ssl module as a peer: see ../README.md for the words it takes."""

import socket
import ssl
import sys
import threading

VERSIONS = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}
CURVES = {"secp256r1": "prime256v1", "secp384r1": "secp384r1", "secp521r1": "secp521r1"}
REQUEST = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


def main():
    role = sys.argv[1]
    words = dict(word.split("=", 1) for word in sys.argv[2:])
    context = configure(role, words)
    address = ("127.0.0.1", int(words["port"]))
    if role == "serve":
        serve(context, address)
    else:
        fetch(context, address, int(words.get("times", "1")))


def configure(role, words):
    server = role == "serve"
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if server else ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = context.maximum_version = VERSIONS[words["version"]]
    context.load_verify_locations(words["root"])
    if "cert" in words:
        context.load_cert_chain(words["cert"], words["key"])
    if words.get("demand") == "yes":
        context.verify_mode = ssl.CERT_REQUIRED
    if words.get("tickets") == "no":
        context.options |= ssl.OP_NO_TICKET
    if words.get("etm") == "no":
        context.options |= 1 << 19  # SSL_OP_NO_ENCRYPT_THEN_MAC, for which Python has no name
    if words["version"] == "1.2":
        # Python knows no way to choose a TLS 1.3 suite.
        context.set_ciphers(words.get("suite", ",ALL").split(",")[1] + ":@SECLEVEL=1")
    # Not every Python can name x25519; OpenSSL prefers it by itself, and the other end takes nothing else.
    if words.get("group", "x25519") != "x25519":
        context.set_ecdh_curve(CURVES[words["group"]])
    return context


def serve(context, address):
    with socket.create_server(address) as listener:
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=answer, args=(context, connection), daemon=True).start()


def answer(context, connection):
    connection.settimeout(120)
    try:
        with context.wrap_socket(connection, server_side=True) as stream:
            request = b""
            while not request.endswith(b"\r\n\r\n"):
                piece = stream.recv(4096)
                if not piece:
                    return
                request += piece
            page = b"a page from Python\n"
            head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(page)
            stream.sendall(head + page)
            stream.unwrap()
    except OSError as error:
        print(error, file=sys.stderr)


def fetch(context, address, times):
    session = None
    for _ in range(times):
        with socket.create_connection(address, timeout=120) as connection:
            with context.wrap_socket(connection, server_hostname="localhost", session=session) as stream:
                stream.sendall(REQUEST)
                while piece := stream.recv(4096):
                    print(piece.decode(), end="")
                session = stream.session


main()
