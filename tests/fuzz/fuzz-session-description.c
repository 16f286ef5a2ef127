/* SPDX-License-Identifier: Apache-2.0 */
#include "session-description.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What was accepted must be answerable, and the answer readable by ourselves. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(BhSessionDescription) offer =
      bh_session_description_parse((const char *)data, size, &error);

  g_assert_true((offer == NULL) == (error != NULL));
  if (offer != NULL) {
    g_autoptr(BhSessionDescription) answer = bh_session_description_new();
    g_autoptr(BhSessionDescription) again = NULL;
    g_autofree char *text = NULL;

    bh_session_description_copy_sections(answer, offer);
    answer->session_id = g_strdup(offer->session_id);
    answer->ufrag = g_strdup(offer->ufrag);
    answer->password = g_strdup(offer->password);
    answer->setup = BH_SDP_SETUP_ACTIVE;
    answer->fingerprint_hash = offer->fingerprint_hash;
    g_ptr_array_add(answer->fingerprints, g_strdup(offer->fingerprints->pdata[0]));
    text = bh_session_description_to_text(answer);
    if (strlen(text) <= BH_SDP_MAX_BYTES) {
      again = bh_session_description_parse(text, strlen(text), &error);
      g_assert_no_error(error);
      g_assert_cmpuint(again->data_index, ==, offer->data_index);
    }
  }
  return 0;
}
