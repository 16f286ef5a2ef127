/* SPDX-License-Identifier: Apache-2.0 */
/*
 * FakeClient: a transport that keeps what it is sent, and the session behind it.
 */
#pragma once

#include "json-text.h"
#include "signaling-server.h"

#define FAKE_TYPE_CLIENT (fake_client_get_type())
G_DECLARE_FINAL_TYPE(FakeClient, fake_client, FAKE, CLIENT, GObject)

struct _FakeClient {
  GObject parent_instance;

  BhSignalingSession *session;
  GQueue inbox;      /* json_t */
  gboolean is_stuck; /* reads nothing: what is sent counts as queued */
  gsize queued_bytes;
  guint16 close_code; /* 0: open */
  char *close_reason;
};

/** fake_server_new: open, @limit at @value unless it is 0. */
BhSignalingServer *fake_server_new(const char *tenant_id, gboolean open, BhLimit limit,
                                   guint64 value);

FakeClient *fake_client_new(BhSignalingServer *server, const char *tenant_hint);
FakeClient *fake_client_new_from(BhSignalingServer *server, const BhRemote *remote);
FakeClient *fake_hub_new(BhSignalingServer *server, const char *peer_id);

/** fake_client_join: @more: further members, as `"role":"pos"`; the answer is left in the inbox. */
FakeClient *fake_client_join(BhSignalingServer *server, const char *peer_id, const char *more);

void fake_client_say(FakeClient *client, const char *text);
void fake_client_say_format(FakeClient *client, const char *format, ...) G_GNUC_PRINTF(2, 3);

/** fake_client_take: Returns: (transfer full) (nullable): the oldest message */
json_t *fake_client_take(FakeClient *client);

/** fake_client_expect: the oldest message has @type; Returns: (transfer full) */
json_t *fake_client_expect(FakeClient *client, const char *type);

/** fake_client_expect_error: */
void fake_client_expect_error(FakeClient *client, const char *code, const char *in_reply_to);

/** fake_client_wait: runs the main loop until there is a message, and expects it. */
json_t *fake_client_wait(FakeClient *client, const char *type);

void fake_client_expect_nothing(FakeClient *client);
void fake_client_forget(FakeClient *client);

/** fake_client_end: the connection is gone; frees the client. */
void fake_client_end(FakeClient *client);

/** fake_server_end: nothing of it is left alive. */
void fake_server_end(BhSignalingServer *server);

const char *fake_get(const json_t *value, const char *name);
