// A TLS library in C as a peer: ../README.md has the words it takes. peer.c is the program, the same for every library;
// one file for each library says how it does the rest. There is one connection at a time.
#ifndef PEER_H
#define PEER_H

#include <stdbool.h>
#include <stddef.h>

// What the program has.

// The value of the command line's word of this name; NULL when it is not there.
const char *word(const char *name);

// Whether the word has this value.
bool word_is(const char *name, const char *value);

// The name of the only suite, by IANA; NULL when all are allowed.
const char *suite(void);

// Ends the program with these words, and a library's code, unless this holds.
void need(bool holds, const char *what, int code);

// What a library has.

// Prepares for connections as the words say, or ends the program.
void configure(bool server);

// Makes a handshake over this socket, in which a client continues the session that was kept; 0, or the library's error.
int shake_hands(int socket);

// Reads up to so many bytes: their number, 0 when the peer has closed, or the library's error, below 0.
int receive(char *place, size_t size);

// Writes so many bytes: their number, or the library's error, below 0.
int put(const char *bytes, size_t size);

// Closes and forgets the connection, whatever became of it; a client keeps its session.
void finish(void);

#endif
