/* SPDX-License-Identifier: Apache-2.0 */
#include "web-headers.h"

#include <string.h>

static GHashTable *
make_names(void)
{
  GHashTable *names = g_hash_table_new(g_str_hash, g_str_equal);

  g_hash_table_add(names, (gpointer) "signaling.local");
  return names;
}

static void
test_host(void)
{
  g_autoptr(GHashTable) names = make_names();
  static const char *const good[] = {
      "127.0.0.1", "127.0.0.1:8080", "192.168.1.5:80",  "[::1]:8080",           "[fe80::1]",
      "localhost", "LOCALHOST:9",    "signaling.local", "Signaling.Local:8080", "signaling.local."};
  static const char *const bad[] = {"",
                                    "evil.example",
                                    "evil.example:8080",
                                    "[::1",
                                    "[::1]x",
                                    "localhost.evil.example",
                                    "127.0.0.1:x",
                                    "a:b:c",
                                    "signaling.local:8080:1",
                                    "127.0.0.1.evil.example",
                                    "xsignaling.local"};

  for (gsize i = 0; i < G_N_ELEMENTS(good); i++)
    g_assert_true(bh_web_headers_is_host_allowed(good[i], names));
  for (gsize i = 0; i < G_N_ELEMENTS(bad); i++)
    g_assert_false(bh_web_headers_is_host_allowed(bad[i], names));
  g_assert_false(bh_web_headers_is_host_allowed(NULL, names));
}

static void
test_origin(void)
{
  g_autoptr(GHashTable) names = make_names();
  static const struct {
    const char *origin, *host;
    gboolean allowed;
  } cases[] = {
      {NULL, "127.0.0.1:8080", TRUE},
      {"http://127.0.0.1:8080", "127.0.0.1:8080", TRUE},
      {"http://localhost:8080", "127.0.0.1:8080", TRUE},
      {"http://[::1]:8080", "localhost:8080", TRUE},
      {"http://192.168.1.5", "192.168.1.5", TRUE},
      {"http://192.168.1.5", "192.168.1.5:80", TRUE},
      {"https://signaling.local:8443", "192.168.1.5:8080", TRUE},
      {"http://localhost:3000", "127.0.0.1:8080", FALSE},
      {"http://192.168.1.6:8080", "192.168.1.5:8080", FALSE},
      {"http://evil.example", "127.0.0.1:8080", FALSE},
      {"null", "127.0.0.1:8080", FALSE},
      {"", "127.0.0.1:8080", FALSE},
      {"file://", "127.0.0.1:8080", FALSE},
      {"http://127.0.0.1:8080.evil.example", "127.0.0.1:8080", FALSE},
      {"ftp://127.0.0.1:8080", "127.0.0.1:8080", FALSE},
  };

  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
    g_assert_cmpint(bh_web_headers_is_origin_allowed(cases[i].origin, cases[i].host, names), ==,
                    cases[i].allowed);
}

static void
test_bearer(void)
{
  static const struct {
    const char *header, *token;
  } cases[] = {
      {"Bearer abc", "abc"},
      {"bearer   bht1.A_-~+/=.b", "bht1.A_-~+/=.b"},
      {"Bearer", NULL},
      {"Bearer ", NULL},
      {"Bearerabc", NULL},
      {"Bearer a b", NULL},
      {"Bearer a, Bearer b", NULL},
      {"Bearer caf\xc3\xa9", NULL},
      {"Basic abc", NULL},
      {"", NULL},
      {NULL, NULL},
  };
  g_autofree char *filler = g_strnfill(5000, 'a');
  g_autofree char *huge = g_strconcat("Bearer ", filler, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
    g_assert_cmpstr(bh_web_headers_find_bearer(cases[i].header), ==, cases[i].token);
  g_assert_null(bh_web_headers_find_bearer(huge));
}

/* The name that the page has does not matter, and nothing of it gets into the header. */
static void
test_policy(void)
{
  SoupMessageHeaders *headers = soup_message_headers_new(SOUP_MESSAGE_HEADERS_RESPONSE);
  const char *policy;

  bh_web_headers_secure(headers);
  policy = soup_message_headers_get_one(headers, "Content-Security-Policy");
  g_assert_true(g_str_has_prefix(policy, "default-src 'none'; script-src 'self'; "));
  g_assert_true(g_str_has_suffix(policy, "connect-src 'self' ws: wss: http: https:"));
  soup_message_headers_unref(headers);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/web-headers/host", test_host);
  g_test_add_func("/web-headers/origin", test_origin);
  g_test_add_func("/web-headers/bearer", test_bearer);
  g_test_add_func("/web-headers/policy", test_policy);
  return g_test_run();
}
