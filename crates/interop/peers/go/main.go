// Go's crypto/tls as a peer, as modules of Go 1.27 have it: see ../README.md for the words it takes.
package main

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"strings"
	"time"
)

var versions = map[string]uint16{"1.2": tls.VersionTLS12, "1.3": tls.VersionTLS13}

var groups = map[string]tls.CurveID{
	"x25519": tls.X25519, "secp256r1": tls.CurveP256, "secp384r1": tls.CurveP384, "secp521r1": tls.CurveP521,
	"X25519MLKEM768": tls.X25519MLKEM768, "SecP256r1MLKEM768": tls.SecP256r1MLKEM768,
	"SecP384r1MLKEM1024": tls.SecP384r1MLKEM1024,
}

func main() {
	words := map[string]string{}
	for _, word := range os.Args[2:] {
		name, value, _ := strings.Cut(word, "=")
		words[name] = value
	}
	config := configure(words)
	address := "127.0.0.1:" + words["port"]
	switch os.Args[1] {
	case "serve":
		serve(address, config, words)
	case "fetch":
		fetch(address, config, words)
	default:
		log.Fatal("serve or fetch")
	}
}

func configure(words map[string]string) *tls.Config {
	version, known := versions[words["version"]]
	if !known {
		log.Fatal("no such version")
	}
	pem, err := os.ReadFile(words["root"])
	check(err)
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	config := &tls.Config{MinVersion: version, MaxVersion: version, RootCAs: roots, ClientCAs: roots, ServerName: "localhost"}
	config.SessionTicketsDisabled = words["tickets"] == "no"
	if file := words["cert"]; file != "" {
		pair, err := tls.LoadX509KeyPair(file, words["key"])
		check(err)
		config.Certificates = []tls.Certificate{pair}
	}
	wanted, _, _ := strings.Cut(words["suite"], ",")
	for _, suite := range append(tls.CipherSuites(), tls.InsecureCipherSuites()...) {
		if wanted == "" || suite.Name == wanted {
			config.CipherSuites = append(config.CipherSuites, suite.ID)
		}
	}
	if name := words["group"]; name != "" {
		config.CurvePreferences = []tls.CurveID{groups[name]}
	}
	return config
}

func serve(address string, config *tls.Config, words map[string]string) {
	if words["demand"] == "yes" {
		config.ClientAuth = tls.RequireAndVerifyClientCert
	}
	listener, err := tls.Listen("tcp", address, config)
	check(err)
	for {
		connection, err := listener.Accept()
		check(err)
		go answer(connection)
	}
}

func answer(connection net.Conn) {
	defer connection.Close()
	connection.SetDeadline(time.Now().Add(120 * time.Second))
	request := bufio.NewReader(connection)
	for {
		line, err := request.ReadString('\n')
		if err != nil {
			log.Print(err)
			return
		}
		if line == "\r\n" {
			break
		}
	}
	page := "a page from Go\n"
	fmt.Fprintf(connection, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s", len(page), page)
}

func fetch(address string, config *tls.Config, words map[string]string) {
	config.ClientSessionCache = tls.NewLRUClientSessionCache(4)
	times := 1
	if words["times"] == "2" {
		times = 2
	}
	for range times {
		connection, err := tls.Dial("tcp", address, config)
		check(err)
		connection.SetDeadline(time.Now().Add(120 * time.Second))
		fmt.Fprint(connection, "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
		_, err = io.Copy(os.Stdout, connection)
		check(err)
		connection.Close()
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
