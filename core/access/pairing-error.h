/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pairing-error: why a device was not paired, one code for each on the wire.
 */
#pragma once

#include <glib.h>

#define BH_PAIRING_ERROR (bh_pairing_error_quark())

typedef enum {
  BH_PAIRING_ERROR_BAD_REQUEST,     /* a member is missing or has another form */
  BH_PAIRING_ERROR_BAD_PROOF,       /* MAC, signature, nonce or commitment do not fit */
  BH_PAIRING_ERROR_LINK_UNKNOWN,    /* never made, or longer than a day ago */
  BH_PAIRING_ERROR_LINK_USED,       /* by another key, or its device was removed since */
  BH_PAIRING_ERROR_LINK_EXPIRED,    /* nobody used it in time */
  BH_PAIRING_ERROR_RATE_LIMITED,    /* too often, or too many at a time: try later */
  BH_PAIRING_ERROR_REQUEST_UNKNOWN, /* no such request, or it is over */
  BH_PAIRING_ERROR_WRONG_CODE,      /* no request shows this code, or more than one does */
  BH_PAIRING_ERROR_NOT_STORED,      /* the disk could not keep it; nothing was used up */
} BhPairingError;

GQuark bh_pairing_error_quark(void);

/** bh_pairing_error_get_name: Returns: (transfer none): the wire's code, for example "link-used" */
const char *bh_pairing_error_get_name(BhPairingError code);

/** bh_pairing_error_get_status: Returns: of HTTP, 4xx or 503 */
guint bh_pairing_error_get_status(BhPairingError code);
