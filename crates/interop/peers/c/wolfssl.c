// wolfSSL 5.5, as Debian builds it.

#include "peer.h"

#include <wolfssl/options.h>
#include <wolfssl/ssl.h>
#include <wolfssl/wolfcrypt/dh.h>

#include <string.h>

static WOLFSSL_CTX *configuration;
static WOLFSSL *stream;
static WOLFSSL_SESSION *session;
static bool is_client;

static void need_success(int result, const char *what) { need(result == WOLFSSL_SUCCESS, what, result); }

static void choose_group(const char *name) {
    static const struct {
        const char *name;
        int code;
    } groups[] = {{"x25519", WOLFSSL_ECC_X25519},       {"secp256r1", WOLFSSL_ECC_SECP256R1},
                  {"secp384r1", WOLFSSL_ECC_SECP384R1}, {"secp521r1", WOLFSSL_ECC_SECP521R1},
                  {"ffdhe2048", WOLFSSL_FFDHE_2048},    {"ffdhe3072", WOLFSSL_FFDHE_3072}};
    int code = 0;
    for (size_t at = 0; at < sizeof groups / sizeof *groups; at++)
        if (strcmp(groups[at].name, name) == 0)
            code = groups[at].code;
    if (word_is("version", "1.3"))
        need_success(wolfSSL_CTX_set_groups(configuration, &code, 1), name);
    else
        need_success(wolfSSL_CTX_UseSupportedCurve(configuration, (word16)code), name);
}

// What a TLS 1.2 server has for DHE, RFC 7919's groups.
static void set_finite_field(void) {
    const DhParams *group = word_is("group", "ffdhe3072") ? wc_Dh_ffdhe3072_Get() : wc_Dh_ffdhe2048_Get();
    need_success(wolfSSL_CTX_SetTmpDH(configuration, group->p, (int)group->p_len, group->g, (int)group->g_len), "DHE");
}

// A server gives tickets by itself, a client must ask for them.
static void choose_tickets(bool server) {
    bool wanted = !word_is("tickets", "no");
    if (server && !wanted)
        need_success(wolfSSL_CTX_NoTicketTLSv12(configuration), "no tickets");
    if (!server && wanted)
        need_success(wolfSSL_CTX_UseSessionTicket(configuration), "tickets");
}

void configure(bool server) {
    wolfSSL_Init();
    is_client = !server;
    bool latest = word_is("version", "1.3");
    need(latest || word_is("version", "1.2"), "no such version", 0);
    WOLFSSL_METHOD *method = server ? latest ? wolfTLSv1_3_server_method() : wolfTLSv1_2_server_method()
                                    : latest ? wolfTLSv1_3_client_method() : wolfTLSv1_2_client_method();
    configuration = wolfSSL_CTX_new(method);
    need(configuration != NULL, "configuration", 0);
    if (suite() != NULL)
        need_success(wolfSSL_CTX_set_cipher_list(configuration, suite()), suite());
    if (server)
        set_finite_field();
    if (word("group") != NULL)
        choose_group(word("group"));
    if (word_is("etm", "no"))
        need_success(wolfSSL_CTX_AllowEncryptThenMac(configuration, 0), "no encrypt-then-MAC");
    choose_tickets(server);

    bool verifies = !server || word_is("demand", "yes");
    int demand = WOLFSSL_VERIFY_PEER | WOLFSSL_VERIFY_FAIL_IF_NO_PEER_CERT;
    wolfSSL_CTX_set_verify(configuration, verifies ? demand : WOLFSSL_VERIFY_NONE, NULL);
    need_success(wolfSSL_CTX_load_verify_locations(configuration, word("root"), NULL), "root");
    if (word("cert") != NULL) {
        need_success(wolfSSL_CTX_use_certificate_chain_file(configuration, word("cert")), "cert");
        need_success(wolfSSL_CTX_use_PrivateKey_file(configuration, word("key"), WOLFSSL_FILETYPE_PEM), "key");
    }
}

// The library's error after a call that gave this.
static int error(int result) {
    int code = wolfSSL_get_error(stream, result);
    return code < 0 ? code : -1;
}

int shake_hands(int socket) {
    stream = wolfSSL_new(configuration);
    need(stream != NULL, "stream", 0);
    need_success(wolfSSL_set_fd(stream, socket), "socket");
    if (is_client) {
        need_success(wolfSSL_UseSNI(stream, WOLFSSL_SNI_HOST_NAME, "localhost", strlen("localhost")), "name");
        need_success(wolfSSL_check_domain_name(stream, "localhost"), "name");
        if (session != NULL)
            need_success(wolfSSL_set_session(stream, session), "session");
    }
    int result = is_client ? wolfSSL_connect(stream) : wolfSSL_accept(stream);
    return result == WOLFSSL_SUCCESS ? 0 : error(result);
}

int receive(char *place, size_t size) {
    int result = wolfSSL_read(stream, place, (int)size);
    if (result > 0)
        return result;
    return wolfSSL_get_error(stream, result) == WOLFSSL_ERROR_ZERO_RETURN ? 0 : error(result);
}

int put(const char *bytes, size_t size) {
    int result = wolfSSL_write(stream, bytes, (int)size);
    return result > 0 ? result : error(result);
}

void finish(void) {
    // In TLS 1.3 a session is there once its ticket was read, which comes before the page.
    if (is_client && session == NULL)
        session = wolfSSL_get1_session(stream);
    wolfSSL_shutdown(stream);
    wolfSSL_free(stream);
}
