/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-access"

#include "pairing-error.h"

G_DEFINE_QUARK(bh_pairing_error_quark, bh_pairing_error)

static const struct {
  const char *name;
  guint status;
} codes[] = {
    [BH_PAIRING_ERROR_BAD_REQUEST] = {"bad-request", 400},
    [BH_PAIRING_ERROR_BAD_PROOF] = {"bad-proof", 403},
    [BH_PAIRING_ERROR_LINK_UNKNOWN] = {"link-unknown", 404},
    [BH_PAIRING_ERROR_LINK_USED] = {"link-used", 409},
    [BH_PAIRING_ERROR_LINK_EXPIRED] = {"link-expired", 410},
    [BH_PAIRING_ERROR_RATE_LIMITED] = {"rate-limited", 429},
    [BH_PAIRING_ERROR_REQUEST_UNKNOWN] = {"request-unknown", 404},
    [BH_PAIRING_ERROR_WRONG_CODE] = {"wrong-code", 403},
    [BH_PAIRING_ERROR_NOT_STORED] = {"not-stored", 503},
};

const char *
bh_pairing_error_get_name(BhPairingError code)
{
  g_return_val_if_fail((guint)code < G_N_ELEMENTS(codes), "bad-request");

  return codes[code].name;
}

guint
bh_pairing_error_get_status(BhPairingError code)
{
  g_return_val_if_fail((guint)code < G_N_ELEMENTS(codes), 400);

  return codes[code].status;
}
