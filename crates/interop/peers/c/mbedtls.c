// mbedTLS 2.28, which has TLS 1.2 alone.

#include "peer.h"

#include <mbedtls/ctr_drbg.h>
#include <mbedtls/dhm.h>
#include <mbedtls/entropy.h>
#include <mbedtls/net_sockets.h>
#include <mbedtls/ssl.h>
#include <mbedtls/ssl_cache.h>
#include <mbedtls/ssl_ticket.h>
#include <string.h>

static mbedtls_entropy_context entropy;
static mbedtls_ctr_drbg_context random_bytes;
static mbedtls_ssl_config config;
static mbedtls_x509_crt roots, own;
static mbedtls_pk_context own_key;
static mbedtls_ssl_cache_context sessions;
static mbedtls_ssl_ticket_context tickets;

static mbedtls_ssl_context stream;
static mbedtls_net_context transport;
static mbedtls_ssl_session session;
static bool is_client, has_session;

static void need_zero(int result, const char *what) { need(result == 0, what, result); }

// RFC 7919's groups.
static void choose_finite_field(const char *name) {
    static const unsigned char p2048[] = MBEDTLS_DHM_RFC7919_FFDHE2048_P_BIN, p3072[] = MBEDTLS_DHM_RFC7919_FFDHE3072_P_BIN,
                               p4096[] = MBEDTLS_DHM_RFC7919_FFDHE4096_P_BIN, p6144[] = MBEDTLS_DHM_RFC7919_FFDHE6144_P_BIN,
                               p8192[] = MBEDTLS_DHM_RFC7919_FFDHE8192_P_BIN, g[] = {2};
    static const struct {
        const char *name;
        const unsigned char *p;
        size_t length;
    } groups[] = {{"ffdhe2048", p2048, sizeof p2048},
                  {"ffdhe3072", p3072, sizeof p3072},
                  {"ffdhe4096", p4096, sizeof p4096},
                  {"ffdhe6144", p6144, sizeof p6144},
                  {"ffdhe8192", p8192, sizeof p8192}};
    for (size_t at = 0; at < sizeof groups / sizeof *groups; at++)
        if (strcmp(groups[at].name, name) == 0)
            need_zero(mbedtls_ssl_conf_dh_param_bin(&config, groups[at].p, groups[at].length, g, sizeof g), name);
}

static void choose_group(const char *name) {
    static mbedtls_ecp_group_id curves[2] = {MBEDTLS_ECP_DP_NONE, MBEDTLS_ECP_DP_NONE};
    const mbedtls_ecp_curve_info *curve = mbedtls_ecp_curve_info_from_name(name);
    if (curve == NULL) {
        choose_finite_field(name);
        return;
    }
    curves[0] = curve->grp_id;
    mbedtls_ssl_conf_curves(&config, curves);
}

// IANA's name with hyphens.
static void choose_suite(const char *iana) {
    static int suites[2];
    char name[100] = "";
    for (size_t at = 0; iana[at] != '\0' && at < sizeof name - 1; at++)
        name[at] = iana[at] == '_' ? '-' : iana[at];
    suites[0] = mbedtls_ssl_get_ciphersuite_id(name);
    need(suites[0] != 0, name, 0);
    mbedtls_ssl_conf_ciphersuites(&config, suites);
}

static void keep_sessions(void) {
    mbedtls_ssl_cache_init(&sessions);
    mbedtls_ssl_conf_session_cache(&config, &sessions, mbedtls_ssl_cache_get, mbedtls_ssl_cache_set);
    if (word_is("tickets", "no"))
        return;
    mbedtls_ssl_ticket_init(&tickets);
    need_zero(mbedtls_ssl_ticket_setup(&tickets, mbedtls_ctr_drbg_random, &random_bytes, MBEDTLS_CIPHER_AES_256_GCM, 86400),
              "ticket key");
    mbedtls_ssl_conf_session_tickets_cb(&config, mbedtls_ssl_ticket_write, mbedtls_ssl_ticket_parse, &tickets);
}

void configure(bool server) {
    mbedtls_entropy_init(&entropy);
    mbedtls_ctr_drbg_init(&random_bytes);
    need_zero(mbedtls_ctr_drbg_seed(&random_bytes, mbedtls_entropy_func, &entropy, NULL, 0), "seed");
    mbedtls_ssl_config_init(&config);
    is_client = !server;
    int role = server ? MBEDTLS_SSL_IS_SERVER : MBEDTLS_SSL_IS_CLIENT;
    need_zero(mbedtls_ssl_config_defaults(&config, role, MBEDTLS_SSL_TRANSPORT_STREAM, MBEDTLS_SSL_PRESET_DEFAULT), "defaults");
    mbedtls_ssl_conf_rng(&config, mbedtls_ctr_drbg_random, &random_bytes);

    need(word_is("version", "1.2"), "no such version", 0);
    mbedtls_ssl_conf_min_version(&config, MBEDTLS_SSL_MAJOR_VERSION_3, MBEDTLS_SSL_MINOR_VERSION_3);
    mbedtls_ssl_conf_max_version(&config, MBEDTLS_SSL_MAJOR_VERSION_3, MBEDTLS_SSL_MINOR_VERSION_3);
    if (suite() != NULL)
        choose_suite(suite());
    choose_finite_field("ffdhe2048");
    if (word("group") != NULL)
        choose_group(word("group"));
    if (word_is("etm", "no"))
        mbedtls_ssl_conf_encrypt_then_mac(&config, MBEDTLS_SSL_ETM_DISABLED);

    bool verifies = !server || word_is("demand", "yes");
    mbedtls_ssl_conf_authmode(&config, verifies ? MBEDTLS_SSL_VERIFY_REQUIRED : MBEDTLS_SSL_VERIFY_NONE);
    need_zero(mbedtls_x509_crt_parse_file(&roots, word("root")), "root");
    mbedtls_ssl_conf_ca_chain(&config, &roots, NULL);
    if (word("cert") != NULL) {
        need_zero(mbedtls_x509_crt_parse_file(&own, word("cert")), "cert");
        need_zero(mbedtls_pk_parse_keyfile(&own_key, word("key"), NULL), "key");
        need_zero(mbedtls_ssl_conf_own_cert(&config, &own, &own_key), "cert and key");
    }

    if (server)
        keep_sessions();
    else if (word_is("tickets", "no"))
        mbedtls_ssl_conf_session_tickets(&config, MBEDTLS_SSL_SESSION_TICKETS_DISABLED);
}

int shake_hands(int socket) {
    transport.fd = socket;
    mbedtls_ssl_init(&stream);
    need_zero(mbedtls_ssl_setup(&stream, &config), "setup");
    if (is_client)
        need_zero(mbedtls_ssl_set_hostname(&stream, "localhost"), "name");
    mbedtls_ssl_set_bio(&stream, &transport, mbedtls_net_send, mbedtls_net_recv, NULL);
    if (has_session)
        need_zero(mbedtls_ssl_set_session(&stream, &session), "session");
    int result = mbedtls_ssl_handshake(&stream);
    if (result == 0 && is_client && !has_session)
        has_session = mbedtls_ssl_get_session(&stream, &session) == 0;
    return result;
}

int receive(char *place, size_t size) {
    int result = mbedtls_ssl_read(&stream, (unsigned char *)place, size);
    if (result == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY)
        return 0;
    return result == 0 ? MBEDTLS_ERR_SSL_CONN_EOF : result;
}

int put(const char *bytes, size_t size) { return mbedtls_ssl_write(&stream, (const unsigned char *)bytes, size); }

void finish(void) {
    mbedtls_ssl_close_notify(&stream);
    mbedtls_ssl_free(&stream);
}
