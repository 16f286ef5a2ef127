/* SPDX-License-Identifier: Apache-2.0 */
#include "ice-candidate.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  g_autofree char *line = g_strndup(size > 0 ? (const char *)data : "", size);
  g_autoptr(GError) error = NULL;
  BhIceCandidate candidate;

  if (bh_ice_candidate_parse(line, &candidate, &error)) {
    g_assert_no_error(error);
    g_assert_true(!candidate.is_udp || candidate.port > 0);
    bh_ice_candidate_is_mdns(&candidate);
  } else {
    g_assert_nonnull(error);
  }
  return 0;
}
