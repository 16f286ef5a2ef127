/* SPDX-License-Identifier: Apache-2.0 */
/*
 * signaling-error: the codes of `error` (protocol section 2).
 */
#pragma once

#include <glib.h>

#define BH_SIGNALING_ERROR (bh_signaling_error_quark())

/* In the protocol's order; the last three end the connection. */
typedef enum {
  BH_SIGNALING_ERROR_BAD_MESSAGE,
  BH_SIGNALING_ERROR_NOT_JOINED,
  BH_SIGNALING_ERROR_UNAUTHORIZED,
  BH_SIGNALING_ERROR_FORBIDDEN,
  BH_SIGNALING_ERROR_UNKNOWN_PEER,
  BH_SIGNALING_ERROR_TOO_LARGE,
  BH_SIGNALING_ERROR_RATE_LIMITED,
  BH_SIGNALING_ERROR_TENANT_FULL,
  BH_SIGNALING_ERROR_WRONG_TENANT,
  BH_SIGNALING_ERROR_REVOKED,       /* the device was removed */
  BH_SIGNALING_ERROR_ROLE_CHANGED,  /* the device has another role now: it joins again */
  BH_SIGNALING_ERROR_SEATING_ENDED, /* the guest's session is over, or never was */
} BhSignalingError;

GQuark bh_signaling_error_quark(void);

/** bh_signaling_error_get_name: Returns: (transfer none): as on the wire, for any code */
const char *bh_signaling_error_get_name(int code);
