#!/usr/bin/env python3
"""Records TLS connections between well-known programs for the tests of limpid-explain.

A relay stands between client and server and writes down what each sends, in order; the client writes its key log.
A recording is a text file of lines: `C hex` and `S hex` are bytes sent by client and server, `K …` a key log line.

Needs openssl and gnutls-cli. Usage: record.py DIRECTORY
"""

import os, select, socket, subprocess, sys, tempfile, threading, time

OUT = sys.argv[1]
WORK = tempfile.mkdtemp()


def run(*command, **more):
    return subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **more)


def path(name):
    return os.path.join(WORK, name)


def make_pki():
    """A root, an intermediate and leaves with RSA and P-256 keys, for localhost and a client."""
    key = {"rsa": ["-newkey", "rsa:2048"], "ec": ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]}
    run("openssl", "req", "-x509", *key["ec"], "-nodes", "-keyout", path("root.key"), "-out", path("root.pem"),
        "-days", "3650", "-subj", "/O=limpid test/CN=limpid test root", "-addext", "keyUsage=critical,keyCertSign,cRLSign")
    def issue(name, kind, issuer, subject, extensions):
        run("openssl", "req", "-new", *key[kind], "-nodes", "-keyout", path(name + ".key"), "-out", path(name + ".csr"), "-subj", subject)
        with open(path("ext"), "w") as f:
            f.write(extensions)
        run("openssl", "x509", "-req", "-in", path(name + ".csr"), "-CA", path(issuer + ".pem"), "-CAkey", path(issuer + ".key"),
            "-CAcreateserial", "-days", "3650", "-extfile", path("ext"), "-out", path(name + ".pem"))
    issue("inter", "ec", "root", "/O=limpid test/CN=limpid test intermediate",
          "basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid")
    server = ("basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth\n"
              "subjectAltName=DNS:localhost,DNS:*.limpid.example,IP:127.0.0.1\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid")
    issue("rsa", "rsa", "inter", "/CN=localhost", server.replace("digitalSignature", "digitalSignature,keyEncipherment"))
    issue("ec", "ec", "inter", "/CN=localhost", server)
    issue("client", "ec", "inter", "/O=limpid test/CN=a client", "basicConstraints=critical,CA:FALSE\nextendedKeyUsage=clientAuth")


class Relay(threading.Thread):
    """Accepts one connection, passes it on, and writes down what passes."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port, self.target, self.seen = self.listener.getsockname()[1], port, []

    def run(self):
        client, _ = self.listener.accept()
        server = socket.create_connection(("127.0.0.1", self.target))
        ends = {client: ("C", server), server: ("S", client)}
        while ends:
            for end in select.select(list(ends), [], [], 5)[0]:
                try:
                    data = end.recv(65536)
                except OSError:
                    data = b""
                name, other = ends[end]
                if data:
                    self.seen.append((name, data))
                    try:
                        other.sendall(data)
                    except OSError:
                        pass
                else:
                    del ends[end]
                    try:
                        other.shutdown(socket.SHUT_WR)
                    except OSError:
                        pass


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as s:
        return s.getsockname()[1]


def wait_for(port):
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            time.sleep(0.05)


def record(name, server, client, say=b"GET / HTTP/1.0\r\n\r\n"):
    port = free_port()
    keys = path(name + ".keys")
    daemon = subprocess.Popen(["openssl", "s_server", "-accept", str(port), "-www", "-quiet", *server],
                              stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_for(port)
    relay = Relay(port)
    relay.start()
    command = [word.format(port=relay.port, keys=keys, work=WORK) for word in client]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               env={**os.environ, "SSLKEYLOGFILE": keys})
    time.sleep(0.6)
    try:
        process.communicate(say, timeout=5)
    except subprocess.TimeoutExpired:
        process.kill()
    relay.join(6)
    daemon.kill()
    with open(os.path.join(OUT, name + ".txt"), "w") as f:
        f.write(f"# {' '.join(client[:2])} and openssl s_server, recorded by record.py\n")
        for who, data in relay.seen:
            f.write(f"{who} {data.hex()}\n")
        if os.path.exists(keys):
            for line in open(keys):
                if not line.startswith("#"):
                    f.write("K " + line)


def s_client(*more):
    return ["openssl", "s_client", "-connect", "127.0.0.1:{port}", "-keylogfile", "{keys}", "-servername", "localhost",
            "-CAfile", path("root.pem"), "-quiet", "-no_ign_eof", *more]


def certificate(name):
    return ["-cert", path(name + ".pem"), "-key", path(name + ".key"), "-cert_chain", path("inter.pem")]


make_pki()
mutual = ["-cert", path("client.pem"), "-key", path("client.key")]
wants = ["-Verify", "3", "-CAfile", path("root.pem")]
alpn = ["-alpn", "h2,http/1.1"]
record("tls12-ecdhe-rsa", [*certificate("rsa"), "-tls1_2", "-alpn", "http/1.1"], s_client(*alpn))
record("tls12-ecdhe-ecdsa", [*certificate("ec"), "-tls1_2"], s_client("-groups", "P-256", "-cipher", "ECDHE-ECDSA-CHACHA20-POLY1305"))
record("tls12-mutual", [*certificate("rsa"), "-tls1_2", *wants], s_client(*mutual, "-cert_chain", path("inter.pem")))
record("tls12-dhe", [*certificate("rsa"), "-tls1_2"], s_client("-cipher", "DHE-RSA-AES128-GCM-SHA256"))
record("tls12-rsa", [*certificate("rsa"), "-tls1_2"], s_client("-cipher", "AES128-GCM-SHA256"))
record("tls13", [*certificate("ec"), "-alpn", "http/1.1"], s_client(*alpn))
record("tls13-mutual", [*certificate("rsa"), *wants], s_client(*mutual))
record("tls13-retry", [*certificate("ec"), "-groups", "P-384"], s_client("-groups", "X25519:P-384"))
record("tls12-no-common-suite", [*certificate("rsa"), "-tls1_2", "-cipher", "ECDHE-RSA-AES256-GCM-SHA384"],
       s_client("-tls1_2", "-cipher", "ECDHE-RSA-AES128-GCM-SHA256"))
gnutls = ["gnutls-cli", "--no-ca-verification", "--port", "{port}", "--sni-hostname", "localhost"]
record("tls12-gnutls", [*certificate("rsa"), "-tls1_2"], [*gnutls, "--alpn", "http/1.1", "127.0.0.1"])
record("tls13-gnutls", [*certificate("rsa")], [*gnutls, "127.0.0.1"])
