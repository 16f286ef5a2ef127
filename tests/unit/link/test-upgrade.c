/* SPDX-License-Identifier: Apache-2.0 */
#include "upgrade.h"

#include <string.h>

/* RFC 6455 section 1.3. */
#define KEY    "dGhlIHNhbXBsZSBub25jZQ=="
#define ACCEPT "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
#define ANSWER                                                                                     \
  "HTTP/1.1 101 Switching Protocols\r\nupgrade: WebSocket\r\nConnection: Upgrade\r\n"              \
  "Sec-WebSocket-Accept: " ACCEPT "\r\n\r\n"

static BhUpgrade
read_text(const char *text, gsize length)
{
  gsize used = 0;
  /* An exact copy, so that a sanitizer sees a read past the end. */
  g_autofree char *copy = g_memdup2(text, length);

  return bh_upgrade_read(copy, length, KEY, &used);
}

static void
test_answers(void)
{
  g_autofree char *endless = g_strnfill(BH_UPGRADE_MAX_BYTES, 'x');
  gsize used = 0;

  for (gsize length = 1; length < strlen(ANSWER); length++)
    g_assert_cmpint(read_text(ANSWER, length), ==, BH_UPGRADE_PART);
  g_assert_cmpint(bh_upgrade_read(ANSWER "more", strlen(ANSWER) + 4, KEY, &used), ==,
                  BH_UPGRADE_DONE);
  g_assert_cmpuint(used, ==, strlen(ANSWER));
  g_assert_cmpint(read_text("HTTP/1.1 200 OK\r\n\r\n", 19), ==, BH_UPGRADE_BAD);
  g_assert_cmpint(read_text("HTTP/1.1 101 x\r\nUpgrade: websocket\r\n\r\n", 38), ==,
                  BH_UPGRADE_BAD);
  g_assert_cmpint(read_text("\r\n\r\n", 4), ==, BH_UPGRADE_BAD);
  g_assert_cmpint(read_text("\0\0", 2), ==, BH_UPGRADE_BAD);
  g_assert_cmpint(read_text(endless, BH_UPGRADE_MAX_BYTES), ==, BH_UPGRADE_BAD);
}

static void
test_request(void)
{
  g_autoptr(GUri) uri = g_uri_parse("wss://[::1]:8443/signal?a=1", G_URI_FLAGS_NONE, NULL);
  g_autofree char *request = bh_upgrade_make_request(uri, KEY);

  g_assert_true(g_str_has_prefix(request, "GET /signal?a=1 HTTP/1.1\r\nHost: [::1]:8443\r\n"));
  g_assert_true(g_str_has_suffix(request, "\r\n\r\n"));
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/upgrade/answers", test_answers);
  g_test_add_func("/upgrade/request", test_request);
  return g_test_run();
}
