/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any JSON as the body of each of pairing's requests: it is refused with a reason, or what was read
 * keeps to its bounds.
 */
#include "pairing-body.h"

#include <stdint.h>
#include <string.h>

#include "pairing-error.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_outcome(gboolean is_read, GError *error)
{
  g_assert_true(is_read == (error == NULL));
  if (error != NULL) {
    g_assert_error(error, BH_PAIRING_ERROR, BH_PAIRING_ERROR_BAD_REQUEST);
    g_error_free(error);
  }
}

static void
check_name(const BhPairingName *name)
{
  g_autofree char *again = bh_device_clean_name(name->clean);

  g_assert_true(memchr(name->sent, '\0', sizeof name->sent) != NULL);
  g_assert_true(memchr(name->clean, '\0', sizeof name->clean) != NULL);
  g_assert_true(g_utf8_validate(name->sent, -1, NULL));
  if (*name->clean != '\0')
    g_assert_cmpstr(again, ==, name->clean);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  g_autoptr(json_t) body = bh_json_parse((const char *)data, size, NULL);
  GError *error = NULL;
  BhPairBody pair;
  BhRequestBody request;
  BhOpenBody open;
  BhResultBody result;

  /* What is left over from before must not matter. */
  memset(&pair, 0xa5, sizeof pair);
  memset(&request, 0xa5, sizeof request);
  memset(&open, 0xa5, sizeof open);
  memset(&result, 0xa5, sizeof result);
  if (bh_pair_body_parse(body, &pair, &error)) {
    check_name(&pair.name);
    g_assert_cmpuint(strlen(pair.link_id), ==, BH_PAIRING_ID_TEXT_BYTES);
    check_outcome(TRUE, error);
  } else {
    check_outcome(FALSE, g_steal_pointer(&error));
  }
  if (bh_request_body_parse(body, &request, &error))
    check_name(&request.name);
  else
    check_outcome(FALSE, g_steal_pointer(&error));
  if (!bh_open_body_parse(body, &open, &error))
    check_outcome(FALSE, g_steal_pointer(&error));
  if (!bh_result_body_parse(body, &result, &error))
    check_outcome(FALSE, g_steal_pointer(&error));
  else
    g_assert_cmpuint(strlen(result.request_id), <=, BH_PAIRING_MAX_REQUEST_ID_BYTES);
  return 0;
}
