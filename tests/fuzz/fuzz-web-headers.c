/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The input is one header of a request, read as each of those that we read ourselves. What is
 * believed of it must be what it claims to be.
 */
#include "forwarded.h"
#include "web-headers.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_forwarded(const char *text, const BhAddressSet *proxies)
{
  const BhRemote proxy = {.address = (char *)"10.0.0.5", .secure = TRUE, .loopback = TRUE};
  const BhForwarded said = {.client = text, .protocol = text};
  g_autofree char *client = bh_forwarded_find_client(text, proxies);
  g_autoptr(BhRemote) remote = bh_forwarded_resolve(&proxy, &said, proxies);

  g_assert_true(client == NULL || g_hostname_is_ip_address(client));
  g_assert_cmpstr(remote->address, ==, client != NULL ? client : "10.0.0.5");
  g_assert_false(remote->secure && client != NULL); /* no text is both */
  g_assert_false(remote->local_socket);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup(size > 0 ? (const char *)data : "", size);
  g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
  g_autoptr(BhAddressSet) proxies = bh_address_set_new();
  const char *token = bh_web_headers_find_bearer(text);

  g_hash_table_add(names, (gpointer) "bellhop-1a2b.local");
  bh_address_set_add(proxies, "10.0.0.0/8", NULL);
  g_assert_true(token == NULL || (*token != '\0' && strpbrk(token, " ,\r\n\t") == NULL));
  check_forwarded(text, proxies);
  bh_web_headers_is_origin_allowed(text, "192.168.1.5:8443", names);
  bh_web_headers_is_host_allowed(text, names);
  return 0;
}
