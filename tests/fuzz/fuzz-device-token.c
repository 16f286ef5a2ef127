/* SPDX-License-Identifier: Apache-2.0 */
/* Any text as a token: it is refused and leaves nothing behind, or it is the one spelling. */
#include "device-token.h"

#include <stdint.h>
#include <string.h>

#include "base64url.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  static const BhDeviceToken wiped;
  g_autofree char *text = g_strndup((const char *)data, size);
  g_auto(BhDeviceToken) token = {0};
  g_autofree char *seed = NULL, *hub_key = NULL, *again = NULL;

  if (!bh_device_token_parse(text, &token)) {
    g_assert_cmpmem(&token, sizeof token, &wiped, sizeof wiped);
    return 0;
  }
  seed = bh_base64url_encode(token.seed, sizeof token.seed);
  hub_key = bh_base64url_encode(token.hub_key, sizeof token.hub_key);
  again = g_strjoin(".", "bht1", token.device_id, seed, hub_key, NULL);
  g_assert_cmpstr(again, ==, text);
  return 0;
}
