#!/usr/bin/env bash
# Makes the files beside this script: certificates that only old software would sign. Needs OpenSSL 3.
# They are valid from 2020 to 2099 for localhost, 127.0.0.1 and ::1, and trusted by nobody.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"

cat > ca.cnf <<'CNF'
[ca]
default_ca = test
[test]
dir = .
database = index.txt
new_certs_dir = .
rand_serial = yes
policy = any
unique_subject = no
[any]
commonName = supplied
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[leaf]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature,keyEncipherment
extendedKeyUsage = serverAuth
subjectAltName = DNS:localhost,IP:127.0.0.1,IP:::1
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
CNF
touch index.txt

key() { openssl genpkey -quiet -algorithm RSA -pkeyopt "rsa_keygen_bits:$2" -out "$1.key" 2>/dev/null; }
# sign NAME KEY SUBJECT EXTENSIONS DIGEST ISSUER
sign() {
  openssl req -new -key "$2.key" -subj "/CN=$3" -out "$1.csr"
  issuer=(-keyfile "$6.key" -cert "$6.pem"); [ "$6" != self ] || issuer=(-keyfile "$2.key" -selfsign)
  openssl ca -batch -notext -config ca.cnf -extensions "$4" -md "$5" -in "$1.csr" -out "$1.pem" \
    -startdate 20200101000000Z -enddate 20991231235959Z "${issuer[@]}" 2>/dev/null
}

key root 2048; key leaf 2048; key small 1024; key small-ca 1024
sign root root "limpid test weak root" root sha256 self
sign sha1 leaf localhost leaf sha1 root
sign md5 leaf localhost leaf md5 root
sign small small localhost leaf sha256 root
sign small-ca small-ca "limpid test small CA" root sha256 root
sign below-small-ca leaf localhost leaf sha256 small-ca
cp root.pem sha1.pem md5.pem small.pem small.key small-ca.pem below-small-ca.pem leaf.key "$here/"
