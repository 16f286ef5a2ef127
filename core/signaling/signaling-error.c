/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-signaling"

#include "signaling-error.h"

static const char *const names[] = {
    [BH_SIGNALING_ERROR_BAD_MESSAGE] = "bad-message",
    [BH_SIGNALING_ERROR_NOT_JOINED] = "not-joined",
    [BH_SIGNALING_ERROR_UNAUTHORIZED] = "unauthorized",
    [BH_SIGNALING_ERROR_FORBIDDEN] = "forbidden",
    [BH_SIGNALING_ERROR_UNKNOWN_PEER] = "unknown-peer",
    [BH_SIGNALING_ERROR_TOO_LARGE] = "too-large",
    [BH_SIGNALING_ERROR_RATE_LIMITED] = "rate-limited",
    [BH_SIGNALING_ERROR_TENANT_FULL] = "tenant-full",
    [BH_SIGNALING_ERROR_WRONG_TENANT] = "wrong-tenant",
    [BH_SIGNALING_ERROR_REVOKED] = "revoked",
    [BH_SIGNALING_ERROR_ROLE_CHANGED] = "role-changed",
    [BH_SIGNALING_ERROR_SEATING_ENDED] = "seating-ended",
};

G_DEFINE_QUARK(bh_signaling_error_quark, bh_signaling_error)

const char *
bh_signaling_error_get_name(int code)
{
  g_return_val_if_fail(code >= 0 && code < (int)G_N_ELEMENTS(names), "bad-message");

  return names[code];
}
