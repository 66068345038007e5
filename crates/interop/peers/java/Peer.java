// Java's JSSE as a peer: see ../README.md for the words it takes.

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Security;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

public class Peer {
    static final Map<String, String> words = new HashMap<>();

    public static void main(String[] arguments) throws Exception {
        for (int at = 1; at < arguments.length; at++) {
            String[] word = arguments[at].split("=", 2);
            words.put(word[0], word[1]);
        }
        // What Java leaves out by itself, to be tried all the same.
        Security.setProperty("jdk.tls.disabledAlgorithms", "");
        String tickets = Boolean.toString(!"no".equals(words.get("tickets")));
        System.setProperty("jdk.tls.client.enableSessionTicketExtension", tickets);
        System.setProperty("jdk.tls.server.enableSessionTicketExtension", tickets);
        if (words.containsKey("group")) {
            System.setProperty("jdk.tls.namedGroups", words.get("group"));
        }
        if (arguments[0].equals("serve")) {
            serve(context());
        } else {
            fetch(context());
        }
    }

    static SSLContext context() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys().getKeyManagers(), roots().getTrustManagers(), null);
        return context;
    }

    static TrustManagerFactory roots() throws Exception {
        KeyStore store = empty();
        int number = 0;
        for (Certificate root : certificates(words.get("root"))) {
            store.setCertificateEntry("root-" + number++, root);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        return factory;
    }

    static KeyManagerFactory keys() throws Exception {
        KeyStore store = empty();
        if (words.containsKey("cert")) {
            Certificate[] chain = certificates(words.get("cert")).toArray(new Certificate[0]);
            String pem = Files.readString(Path.of(words.get("key"))).replaceAll("-----[^-]*-----|\\s", "");
            PKCS8EncodedKeySpec encoded = new PKCS8EncodedKeySpec(Base64.getDecoder().decode(pem));
            String algorithm = chain[0].getPublicKey().getAlgorithm();
            PrivateKey key = KeyFactory.getInstance(algorithm).generatePrivate(encoded);
            store.setKeyEntry("own", key, new char[0], chain);
        }
        KeyManagerFactory factory = KeyManagerFactory.getInstance("SunX509");
        factory.init(store, new char[0]);
        return factory;
    }

    static KeyStore empty() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    static List<? extends Certificate> certificates(String file) throws Exception {
        byte[] pem = Files.readAllBytes(Path.of(file));
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        return List.copyOf(factory.generateCertificates(new ByteArrayInputStream(pem)));
    }

    static String[] versions() {
        return new String[] {"TLSv" + words.get("version")};
    }

    static void serve(SSLContext context) throws Exception {
        InetAddress loopback = InetAddress.getByName("127.0.0.1");
        int port = Integer.parseInt(words.get("port"));
        SSLServerSocket listener =
                (SSLServerSocket) context.getServerSocketFactory().createServerSocket(port, 50, loopback);
        listener.setEnabledProtocols(versions());
        listener.setEnabledCipherSuites(listener.getSupportedCipherSuites());
        listener.setNeedClientAuth("yes".equals(words.get("demand")));
        while (true) {
            SSLSocket connection = (SSLSocket) listener.accept();
            new Thread(() -> answer(connection)).start();
        }
    }

    static void answer(SSLSocket connection) {
        try (connection) {
            connection.setSoTimeout(120_000);
            InputStream input = connection.getInputStream();
            StringBuilder request = new StringBuilder();
            while (request.indexOf("\r\n\r\n") < 0) {
                int octet = input.read();
                if (octet < 0) {
                    return;
                }
                request.append((char) octet);
            }
            String page = "a page from Java\n";
            String head = "HTTP/1.1 200 OK\r\nContent-Length: " + page.length() + "\r\nConnection: close\r\n\r\n";
            connection.getOutputStream().write((head + page).getBytes(StandardCharsets.US_ASCII));
        } catch (Exception error) {
            System.err.println(error);
        }
    }

    static void fetch(SSLContext context) throws Exception {
        int times = Integer.parseInt(words.getOrDefault("times", "1"));
        for (int time = 0; time < times; time++) {
            int port = Integer.parseInt(words.get("port"));
            Socket plain = new Socket(InetAddress.getByName("127.0.0.1"), port);
            plain.setSoTimeout(120_000);
            // The name and the port are what a session is found by.
            try (SSLSocket stream =
                    (SSLSocket) context.getSocketFactory().createSocket(plain, "localhost", port, true)) {
                SSLParameters parameters = stream.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                parameters.setServerNames(List.of(new SNIHostName("localhost")));
                parameters.setProtocols(versions());
                parameters.setCipherSuites(new String[] {words.get("suite").split(",")[0]});
                stream.setSSLParameters(parameters);
                OutputStream output = stream.getOutputStream();
                String request = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
                output.write(request.getBytes(StandardCharsets.US_ASCII));
                stream.getInputStream().transferTo(System.out);
            }
        }
    }
}
