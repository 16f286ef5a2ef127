/* SPDX-License-Identifier: Apache-2.0 */
#include "link-socket.h"

#include <glib/gstdio.h>
#include <string.h>

#include "authority.h"
#include "fake-server.h"

/* What a call may take while the other end does nothing: it must not wait for it. */
#define AT_ONCE_US (G_USEC_PER_SEC / 2)

typedef struct {
  BhLinkSocket *socket;
  guint opened, messages, closed, code;
  gsize last_length;
  char *last, *reason;
  gboolean close_at_first;
} Seen;

static void
on_opened(BhLinkSocket *socket, Seen *seen)
{
  seen->opened++;
}

static void
on_message(BhLinkSocket *socket, const char *text, gulong length, Seen *seen)
{
  g_assert_cmpuint(seen->closed, ==, 0);
  seen->messages++;
  g_free(seen->last);
  seen->last = g_strndup(text, length);
  seen->last_length = length;
  if (!seen->close_at_first)
    return;
  /* As whoever is done with it: from within. */
  g_signal_handlers_disconnect_by_data(socket, seen);
  bh_link_socket_close(socket);
  g_clear_object(&seen->socket);
}

static void
on_closed(BhLinkSocket *socket, guint code, const char *reason, Seen *seen)
{
  seen->closed++;
  seen->code = code;
  g_free(seen->reason);
  seen->reason = g_strdup(reason);
}

static void
seen_open(Seen *seen, const char *url, GTlsDatabase *authority)
{
  seen->socket = bh_link_socket_new(url, authority);
  g_signal_connect(seen->socket, "opened", G_CALLBACK(on_opened), seen);
  g_signal_connect(seen->socket, "message", G_CALLBACK(on_message), seen);
  g_signal_connect(seen->socket, "closed", G_CALLBACK(on_closed), seen);
}

/* Closes it and sees that nothing of it is left: no operation, no timer. */
static void
seen_end(Seen *seen)
{
  gpointer weak = seen->socket;

  if (seen->socket != NULL) {
    guint closed = seen->closed;
    gint64 before_us = g_get_monotonic_time();

    g_object_add_weak_pointer(G_OBJECT(seen->socket), &weak);
    bh_link_socket_close(seen->socket);
    bh_link_socket_close(seen->socket);
    g_object_unref(seen->socket);
    g_assert_cmpint(g_get_monotonic_time() - before_us, <, AT_ONCE_US);
    WAIT_FOR(weak == NULL);
    g_assert_cmpuint(seen->closed, ==, closed);
  }
  g_free(seen->last);
  g_free(seen->reason);
}

/* Every byte of the handshake and of the frames by itself; and all in one. */
static void
test_split(void)
{
  const gsize pieces[] = {1, 3, 0};

  for (gsize i = 0; i < G_N_ELEMENTS(pieces); i++) {
    g_autoptr(FakeServer) server = fake_server_new(NULL);
    g_autoptr(FakeCall) call = NULL;
    g_autoptr(json_t) heard = NULL;
    Seen seen = {0};

    seen_open(&seen, server->url, NULL);
    call = fake_server_wait(server);
    fake_call_upgrade(call, pieces[i]);
    fake_call_say(call, "{\"type\":\"ä\"}", pieces[i]);
    fake_call_say(call, "", pieces[i]);
    WAIT_FOR(seen.messages == 2);
    g_assert_cmpuint(seen.opened, ==, 1);
    g_assert_cmpuint(seen.last_length, ==, 0);
    bh_link_socket_send(seen.socket, "{\"type\":\"hello\"}", 16);
    heard = fake_call_expect(call, "hello");
    seen_end(&seen);
    WAIT_FOR(call->is_over);
  }
}

#define BYTES(text) text, sizeof text - 1

static void
test_rubbish(void)
{
  static const struct {
    const char *bytes; /* after the opening where it begins with a 0x8x, else instead of it */
    gsize length;
    guint code;
  } cases[] = {
      {BYTES("HTTP/1.1 200 OK\r\n\r\n"), 1006},
      {BYTES("HTTP/1.1 101 x\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: AA==\r\n\r\n"), 1006},
      {BYTES("SSH-2.0-x\r\n\r\n"), 1006},
      {BYTES("\x81\x85xxxxhello"), 1006},                        /* masked, by a server */
      {BYTES("\x82\x01x"), 1006},                                /* binary */
      {BYTES("\x81\x7f\x7f\xff\xff\xff\xff\xff\xff\xff"), 1006}, /* without end */
      {BYTES("\x81\x02\xff\xff"), 1006},                         /* no UTF-8 */
      {BYTES("\x80\x01x"), 1006},                                /* goes on with nothing */
      {BYTES("\x88\x00"), 1005},
      {BYTES("\x88\x05\x03\xf0\xff\xff\xff"), 1008}, /* a reason that is no text */
  };

  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(FakeServer) server = fake_server_new(NULL);
    g_autoptr(FakeCall) call = NULL;
    Seen seen = {0};

    seen_open(&seen, server->url, NULL);
    call = fake_server_wait(server);
    if (((guint8)cases[i].bytes[0] & 0x80) != 0)
      fake_call_upgrade(call, 0);
    else
      fake_call_wait_request(call);
    fake_call_write(call, cases[i].bytes, cases[i].length, 0);
    WAIT_FOR(seen.closed == 1);
    g_assert_cmpuint(seen.code, ==, cases[i].code);
    g_assert_true(g_utf8_validate(seen.reason, -1, NULL));
    g_assert_cmpuint(seen.messages, ==, 0);
    bh_link_socket_send(seen.socket, "x", 1); /* says nothing to nobody */
    seen_end(&seen);
  }
}

static void
test_nobody(void)
{
  static const char *const urls[] = {"ws://127.0.0.1:1/signal", "wss://", "nonsense", "ws://%zz/"};

  for (gsize i = 0; i < G_N_ELEMENTS(urls); i++) {
    Seen seen = {0};

    seen_open(&seen, urls[i], NULL);
    g_assert_cmpuint(seen.closed, ==, 0); /* never from within */
    WAIT_FOR(seen.closed == 1);
    g_assert_cmpuint(seen.code, ==, 1006);
    seen_end(&seen);
  }
}

/* A server that takes the connection and says no word: it can be left at any moment. */
static void
test_stalled(void)
{
  g_autoptr(FakeServer) server = fake_server_new(NULL);
  g_autoptr(FakeCall) call = NULL;
  Seen seen = {0}, secure = {0};
  g_autofree char *url = g_strconcat("wss", server->url + strlen("ws"), NULL);

  seen_open(&seen, server->url, NULL);
  call = fake_server_wait(server);
  fake_call_wait_request(call);
  seen_end(&seen);
  WAIT_FOR(call->is_over);
  g_clear_pointer(&call, fake_call_free);

  /* A handshake of TLS that nobody answers. */
  seen_open(&secure, url, NULL);
  call = fake_server_wait(server);
  WAIT_FOR(call->head->len > 0);
  seen_end(&secure);
  g_assert_cmpuint(secure.closed, ==, 0);
  WAIT_FOR(call->is_over);
}

/* Messages without end: the first one has it left, and the rest goes nowhere. */
static void
test_flood(void)
{
  g_autoptr(FakeServer) server = fake_server_new(NULL);
  g_autoptr(FakeCall) call = NULL;
  g_autoptr(GByteArray) flood = g_byte_array_new();
  Seen seen = {.close_at_first = TRUE};
  gpointer weak;

  for (guint i = 0; i < 4000; i++)
    g_byte_array_append(flood, (const guint8 *)"\x81\x02{}\x89\x00", 6);
  seen_open(&seen, server->url, NULL);
  weak = seen.socket;
  g_object_add_weak_pointer(G_OBJECT(seen.socket), &weak);
  call = fake_server_wait(server);
  fake_call_upgrade(call, 0);
  fake_call_write(call, flood->data, flood->len, 0);
  WAIT_FOR(weak == NULL);
  g_assert_cmpuint(seen.messages, ==, 1);
  seen_end(&seen);
}

static void
fill(Seen *seen)
{
  g_autofree char *text = g_strnfill(60000, 'x');

  for (guint i = 0; i < 1000 && seen->closed == 0; i++) {
    bh_link_socket_send(seen->socket, text, 60000);
    while (g_main_context_iteration(NULL, FALSE))
      ;
  }
  WAIT_FOR(seen->closed == 1);
  g_assert_cmpuint(seen->code, ==, 1006);
  g_assert_nonnull(strstr(seen->reason, "does not read"));
}

static void
test_deaf(void)
{
  g_autoptr(FakeServer) server = fake_server_new(NULL);
  g_autoptr(FakeCall) call = NULL;
  Seen seen = {0};

  seen_open(&seen, server->url, NULL);
  call = fake_server_wait(server);
  call->is_deaf = TRUE; /* after what it waits for now */
  fake_call_upgrade(call, 0);
  WAIT_FOR(seen.opened == 1);
  fill(&seen);
  seen_end(&seen);
}

/* The same inside TLS, where saying goodbye has to be written too. */
static void
test_tls(void)
{
  const char *const none[] = {NULL};
  gint64 now_ms = g_get_real_time() / 1000;
  g_autofree char *folder = g_dir_make_tmp("bh-link-XXXXXX", NULL);
  g_autofree char *root = g_build_filename(folder, "root.pem", NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(BhAuthority) authority = bh_authority_open(folder, "Test", none, now_ms, &error);
  g_autoptr(BhCertificate) leaf = bh_authority_serve(authority, none, none, now_ms, &error);
  g_autofree char *certificate_pem = bh_certificate_to_pem(leaf);
  g_autofree char *key_pem = bh_certificate_key_to_pem(leaf);
  g_autofree char *pem = g_strconcat(certificate_pem, key_pem, NULL);
  g_autoptr(GTlsCertificate) certificate = g_tls_certificate_new_from_pem(pem, -1, &error);
  g_autoptr(GTlsDatabase) trust = NULL;
  g_autoptr(FakeServer) server = NULL;
  g_autoptr(FakeCall) call = NULL;
  Seen stranger = {0}, seen = {0}, deaf = {0};
  GDir *dir;
  const char *name;

  g_assert_no_error(error);
  g_assert_true(g_file_set_contents(root, bh_authority_get_pem(authority), -1, NULL));
  trust = g_tls_file_database_new(root, &error);
  g_assert_no_error(error);
  server = fake_server_new(certificate);

  /* Nobody vouches for it. */
  seen_open(&stranger, server->url, NULL);
  WAIT_FOR(stranger.closed == 1);
  g_assert_cmpuint(stranger.opened, ==, 0);
  seen_end(&stranger);
  fake_call_free(fake_server_wait(server));

  seen_open(&seen, server->url, trust);
  call = fake_server_wait(server);
  fake_call_upgrade(call, 7);
  fake_call_say(call, "{}", 1);
  WAIT_FOR(seen.messages == 1);
  seen_end(&seen);
  WAIT_FOR(call->is_over);
  g_clear_pointer(&call, fake_call_free);

  seen_open(&deaf, server->url, trust);
  call = fake_server_wait(server);
  call->is_deaf = TRUE;
  fake_call_upgrade(call, 0);
  WAIT_FOR(deaf.opened == 1);
  fill(&deaf);
  seen_end(&deaf);

  dir = g_dir_open(folder, 0, NULL);
  while ((name = g_dir_read_name(dir)) != NULL) {
    g_autofree char *path = g_build_filename(folder, name, NULL);

    g_remove(path);
  }
  g_dir_close(dir);
  g_rmdir(folder);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/link-socket/split", test_split);
  g_test_add_func("/link-socket/rubbish", test_rubbish);
  g_test_add_func("/link-socket/nobody", test_nobody);
  g_test_add_func("/link-socket/stalled", test_stalled);
  g_test_add_func("/link-socket/flood", test_flood);
  g_test_add_func("/link-socket/deaf", test_deaf);
  g_test_add_func("/link-socket/tls", test_tls);
  return fake_run_tests();
}
