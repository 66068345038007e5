#!/usr/bin/env bash
# Makes the keys and signatures of this directory with OpenSSL 3: another implementation than the one
# under test. Test keys; they protect nothing. Run it only to replace them all.
set -euo pipefail
cd "$(dirname "$0")"
message=message.txt
printf 'limpid signs this, and OpenSSL too' > "$message"

private() { # NAME OPENSSL-OPTIONS...
  local name=$1; shift
  openssl genpkey "$@" 2> /dev/null \
    | openssl pkcs8 -topk8 -nocrypt -outform DER -out "$name.pkcs8.der"
  openssl pkey -inform DER -in "$name.pkcs8.der" -pubout -outform DER -out "$name.spki.der"
}
signature() { # KEY SUFFIX OPENSSL-OPTIONS...
  local key=$1 suffix=$2; shift 2
  openssl dgst "$@" -keyform DER -sign "$key.pkcs8.der" -out "$key.$suffix.sig" "$message"
}
rsa=(-algorithm RSA -pkeyopt)
pss=(-sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:digest)

private rsa-1024 "${rsa[@]}" rsa_keygen_bits:1024
private rsa-2048 "${rsa[@]}" rsa_keygen_bits:2048
private rsa-8192 "${rsa[@]}" rsa_keygen_bits:8192
private rsa-pss -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048
private rsa-pss-sha256 -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 \
  -pkeyopt rsa_pss_keygen_md:sha256 -pkeyopt rsa_pss_keygen_mgf1_md:sha256 \
  -pkeyopt rsa_pss_keygen_saltlen:32
for curve in P-224 P-256 P-384 P-521; do
  private "ecdsa-${curve,,}" -algorithm EC -pkeyopt "ec_paramgen_curve:$curve"
done
private ed25519 -algorithm ED25519
private ed448 -algorithm ED448

openssl rsa -inform DER -in rsa-2048.pkcs8.der -traditional -outform DER -out rsa-2048.pkcs1.der \
  2> /dev/null
for curve in p-256 p-384 p-521; do
  openssl ec -inform DER -in "ecdsa-$curve.pkcs8.der" -outform DER \
    -out "ecdsa-$curve.sec1.der" 2> /dev/null
  openssl ec -inform DER -in "ecdsa-$curve.pkcs8.der" -no_public -outform DER \
    -out "ecdsa-$curve.private-only.sec1.der" 2> /dev/null
  openssl ec -inform DER -in "ecdsa-$curve.pkcs8.der" -pubout -conv_form compressed -outform DER \
    -out "ecdsa-$curve.compressed.spki.der" 2> /dev/null
  for hash in sha1 sha256 sha384 sha512; do
    signature "ecdsa-$curve" "$hash" "-$hash"
  done
done
for hash in sha1 sha256 sha384 sha512; do
  signature rsa-2048 "pkcs1-$hash" "-$hash"
  signature rsa-2048 "pss-$hash" "-$hash" "${pss[@]}"
  signature rsa-pss "pss-$hash" "-$hash" "${pss[@]}"
done
signature rsa-2048 pss-sha256-salt-20 -sha256 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:20
signature rsa-1024 pkcs1-sha256 -sha256
signature rsa-8192 pss-sha512 -sha512 "${pss[@]}"
signature rsa-pss-sha256 pss-sha256 -sha256 "${pss[@]}"
openssl pkeyutl -sign -rawin -keyform DER -inkey ed25519.pkcs8.der -in "$message" -out ed25519.sig
