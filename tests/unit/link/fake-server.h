/* SPDX-License-Identifier: Apache-2.0 */
/*
 * FakeServer: what a link may meet at the other end, and what it should never meet. Says what it is
 * told to, in pieces of any size; keeps what it has read.
 */
#pragma once

#include <gio/gio.h>

#include "json-text.h"
#include "web-socket-codec.h"

/* Longest wait for anything here; never reached where things work. */
#define LIMIT_MS 10000

typedef struct {
  GSocketService *service;
  GTlsCertificate *certificate; /* (nullable): plain */
  char *url;
  GQueue calls; /* FakeCall: those that nobody has taken */
} FakeServer;

/* One connection to it. */
typedef struct {
  GIOStream *stream;
  GByteArray *head; /* until upgraded */
  GQueue texts;     /* char *: messages that came */
  guint pings;
  gboolean is_over; /* the other side has closed */
  gboolean is_deaf; /* reads no more */
  gboolean is_mute; /* answers no ping */
  BhWebSocketReader reader;
  gboolean is_upgraded;
  gboolean is_reading;
  GCancellable *cancellable;
  guint8 buffer[65536];
} FakeCall;

/** fake_server_new: @certificate: (nullable): of "localhost" */
FakeServer *fake_server_new(GTlsCertificate *certificate);
void fake_server_free(FakeServer *server);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FakeServer, fake_server_free)

/** fake_server_wait: Returns: (transfer full): the next connection */
FakeCall *fake_server_wait(FakeServer *server);
void fake_call_free(FakeCall *call);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FakeCall, fake_call_free)

/** fake_call_wait_request: until the opening request is whole. */
void fake_call_wait_request(FakeCall *call);

/** fake_call_upgrade: agrees, in pieces of @piece bytes. */
void fake_call_upgrade(FakeCall *call, gsize piece);

/** fake_call_write: in pieces, each of which arrives by itself; 0: at once */
void fake_call_write(FakeCall *call, const void *bytes, gsize length, gsize piece);

/** fake_call_say: a text frame. */
void fake_call_say(FakeCall *call, const char *text, gsize piece);

/** fake_call_expect: Returns: (transfer full): the next message, of this type */
json_t *fake_call_expect(FakeCall *call, const char *type);

/* g_test_run(), and the end of all threads. */
int fake_run_tests(void);

gboolean fake_on_limit(gpointer where);

/* Runs the main loop until @condition. */
#define WAIT_FOR(condition)                                                                        \
  G_STMT_START                                                                                     \
  {                                                                                                \
    guint limit_id = g_timeout_add(LIMIT_MS, fake_on_limit, (gpointer)G_STRLOC);                   \
    while (!(condition))                                                                           \
      g_main_context_iteration(NULL, TRUE);                                                        \
    g_source_remove(limit_id);                                                                     \
  }                                                                                                \
  G_STMT_END
