// The program of every peer in C: its words, its sockets, and the page that goes over them.

#include "peer.h"

#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static const char REQUEST[] = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
static const char ANSWER[] = "HTTP/1.1 200 OK\r\nContent-Length: 14\r\nConnection: close\r\n\r\na page from C\n";

static char **words;

static struct sockaddr_in address(void) {
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    here.sin_port = htons((unsigned short)atoi(word("port")));
    return here;
}

// Nobody waits for a silent peer for ever.
static void limit(int socket) {
    struct timeval patience = {.tv_sec = 60};
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
}

// Reads a request to its empty line and answers it.
static int answer(void) {
    char request[4096] = "";
    for (size_t length = 0; strstr(request, "\r\n\r\n") == NULL;) {
        int got = receive(request + length, sizeof request - 1 - length);
        if (got <= 0)
            return got;
        length += (size_t)got;
    }
    return put(ANSWER, strlen(ANSWER));
}

static void serve(void) {
    struct sockaddr_in here = address();
    int yes = 1, listener = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    need(bind(listener, (struct sockaddr *)&here, sizeof here) == 0, "bind", 0);
    need(listen(listener, 50) == 0, "listen", 0);
    for (;;) {
        int connection = accept(listener, NULL, NULL);
        need(connection >= 0, "accept", 0);
        limit(connection);
        int result = shake_hands(connection);
        if (result == 0)
            result = answer();
        if (result < 0)
            fprintf(stderr, "a connection failed: %d (-0x%04x)\n", result, (unsigned)-result);
        finish();
        close(connection);
    }
}

static void fetch(void) {
    struct sockaddr_in there = address();
    for (int left = word_is("times", "2") ? 2 : 1; left > 0; left--) {
        int connection = socket(AF_INET, SOCK_STREAM, 0);
        need(connect(connection, (struct sockaddr *)&there, sizeof there) == 0, "connect", 0);
        limit(connection);
        int result = shake_hands(connection);
        need(result == 0, "handshake", result);
        result = put(REQUEST, strlen(REQUEST));
        need(result > 0, "write", result);
        char page[4096];
        while ((result = receive(page, sizeof page)) > 0)
            fwrite(page, 1, (size_t)result, stdout);
        need(result == 0, "read", result);
        finish();
        close(connection);
    }
}

int main(int count, char **arguments) {
    need(count > 2, "usage: serve|fetch WORD…", 0);
    words = arguments + 2;
    bool server = strcmp(arguments[1], "serve") == 0;
    signal(SIGPIPE, SIG_IGN);
    configure(server);
    server ? serve() : fetch();
    return 0;
}

const char *word(const char *name) {
    size_t length = strlen(name);
    for (char **each = words; *each != NULL; each++)
        if (strncmp(*each, name, length) == 0 && (*each)[length] == '=')
            return *each + length + 1;
    return NULL;
}

bool word_is(const char *name, const char *value) {
    const char *there = word(name);
    return there != NULL && strcmp(there, value) == 0;
}

const char *suite(void) {
    static char name[100];
    if (word("suite") == NULL)
        return NULL;
    snprintf(name, sizeof name, "%s", word("suite"));
    name[strcspn(name, ",")] = '\0';
    return name;
}

void need(bool holds, const char *what, int code) {
    if (holds)
        return;
    fprintf(stderr, "%s: %d (-0x%04x)\n", what, code, (unsigned)-code);
    exit(1);
}
