/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A web server that listens in one of three ways, and clients for it: libsoup's, and a raw one that
 * sends any bytes.
 */
#pragma once

#include <libsoup/soup.h>

#include "authority.h"
#include "web-server.h"

/* Longest wait for anything here; never reached where things work. */
#define LIMIT_MS 10000

typedef enum { WAY_PLAIN, WAY_TLS, WAY_UNIX, N_WAYS } Way;

extern const char *const way_names[N_WAYS];

typedef struct {
  Way way;
  BhLimit limit;
  guint64 value; /* 0: as it is */
  guint ping_ms, silent_ms, request_ms, response_ms, join_ms;
} Setup;

typedef struct {
  Way way;
  char *folder; /* of the authority and the socket */
  BhAuthority *authority;
  BhCertificate *leaf;
  GTlsDatabase *trust;     /* the authority alone */
  GSocketAddress *address; /* where the server listens */
  BhSignalingServer *signaling;
  BhWebServer *web;
  SoupSession *session;
  char *base; /* http://127.0.0.1:PORT */
} Fixture;

void set_up(Fixture *f, gconstpointer data);
void tear_down(Fixture *f, gconstpointer data);

/* Registers @test for @setup, below @prefix/WAY. @setup: must be static */
void add_test(const char *prefix, const char *name, const Setup *setup,
              void (*test)(Fixture *, gconstpointer));

/* g_test_run(), and the end of all threads. */
int run_tests(void);

gboolean on_limit(gpointer user_data);
gboolean on_tick(gpointer user_data);

/* Runs the main loop until @condition. */
#define WAIT_FOR(condition)                                                                        \
  G_STMT_START                                                                                     \
  {                                                                                                \
    guint limit_id = g_timeout_add(LIMIT_MS, on_limit, (gpointer)G_STRLOC);                        \
    while (!(condition))                                                                           \
      g_main_context_iteration(NULL, TRUE);                                                        \
    g_source_remove(limit_id);                                                                     \
  }                                                                                                \
  G_STMT_END

/* As WAIT_FOR, for what no source of this loop tells. */
#define WAIT_POLLING(condition)                                                                    \
  G_STMT_START                                                                                     \
  {                                                                                                \
    guint tick_id = g_timeout_add(2, on_tick, NULL);                                               \
    WAIT_FOR(condition);                                                                           \
    g_source_remove(tick_id);                                                                      \
  }                                                                                                \
  G_STMT_END

/* Returns: the body */
char *ask(Fixture *f, SoupMessage *message);
SoupMessage *make_message(Fixture *f, const char *method, const char *path);
const char *get_header(SoupMessage *message, const char *name);
void set_header(SoupMessage *message, const char *name, const char *value);
char *post(Fixture *f, SoupMessage *message, const char *body, gsize length);

/* A client on a raw connection: sends any bytes, keeps all that comes. */
typedef struct {
  GSocket *socket;
  GIOStream *stream;
  GByteArray *in;
  gboolean ended;
} Raw;

void raw_connect(Fixture *f, Raw *raw); /* without the handshake of TLS */
void raw_shake(Fixture *f, Raw *raw);   /* that handshake */
void raw_open(Fixture *f, Raw *raw);    /* both, where the server listens for TLS */
void raw_poll(Raw *raw);
gboolean raw_has(Raw *raw, const char *bytes, gsize length);
void raw_send(Raw *raw, const void *bytes, gsize length);
void raw_send_frame(Raw *raw, guint8 first, const char *payload, gsize length);
void raw_upgrade(Fixture *f, Raw *raw, const char *handshake);
void raw_join(Raw *raw, const char *join);
void raw_close(Raw *raw);

/* Reads until the other side has ended it. */
void raw_wait_ended(Raw *raw);

#define HANDSHAKE(path, more)                                                                      \
  "GET " path " HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"      \
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n" more "\r\n"

guint64 count_sockets(Fixture *f);
guint64 count_connections(Fixture *f);
guint64 count_refused(Fixture *f);
